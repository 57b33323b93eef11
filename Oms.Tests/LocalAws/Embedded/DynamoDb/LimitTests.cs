using Oms.LocalAws.Embedded.DynamoDb.Expressions;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb;

/// <summary>Requests that are too long, too deep or broken: each is refused, and none ends the backend.</summary>
public sealed class LimitTests
{
    private const string TooDeep = "Nesting Levels have exceeded supported limits";
    private const string TooDeepItem = TooDeep + ": Attributes in the item have nested levels beyond supported limit";

    private readonly EngineUnderTest _db = new();

    /// <summary>What lies on the 32nd level is the last: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-attributes; the words are those of AWS and of DynamoDB Local.</summary>
    [Theory]
    [InlineData('L')]
    [InlineData('M')]
    public void An_item_has_31_lists_or_maps_in_each_other_and_no_more(char kind)
    {
        _db.Put("a", $"\"v\":{Nested(31, kind)}");
        Assert.Equal($"ValidationException: {TooDeepItem}", _db.Refused("PutItem", EngineUnderTest.PutBody("a", $"\"v\":{Nested(32, kind)}")));
        Assert.Equal($"ValidationException: {TooDeepItem}", _db.Refused("PutItem", EngineUnderTest.PutBody("a", $"\"v\":{Nested(60, kind)}")));
        Assert.StartsWith("SerializationException", _db.Refused("PutItem", EngineUnderTest.PutBody("a", $"\"v\":{Nested(200, kind)}")), StringComparison.Ordinal);
        Assert.StartsWith("ValidationException: ExpressionAttributeValues contains invalid value: " + TooDeepItem, _db.Refused("UpdateItem", Set("v = :v", Nested(33, kind))), StringComparison.Ordinal);
    }

    /// <summary>16 MB, and the rest is left: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html</summary>
    [Fact]
    public void A_batch_of_reads_gives_no_more_than_16_megabytes_and_names_the_rest()
    {
        var large = new string('x', 390 * 1024);
        var keys = Enumerable.Range(10, 45).Select(static i => $"k{i}").ToList();
        foreach (var key in keys) _db.Put(key, $$"""
            "v":{"S":"{{large}}"}
            """);

        var answer = _db.Done("BatchGetItem", """{"RequestItems":{"things":{"Keys":[""" + string.Join(',', keys.Select(static key => $"<{key}>")) + "]}}}");

        Assert.Equal(42, answer.GetProperty("Responses").GetProperty("things").GetArrayLength()); // 42 * 390 KB < 16 MB < 43 * 390 KB
        Assert.Equal(3, answer.GetProperty("UnprocessedKeys").GetProperty("things").GetProperty("Keys").GetArrayLength());
    }

    [Fact]
    public void An_update_makes_no_item_deeper_than_that()
    {
        _db.Put("a", $"\"v\":{Nested(30, 'M')},\"w\":{Nested(3, 'M')}");

        Assert.Equal($"ValidationException: {TooDeep}", _db.Refused("UpdateItem", Set("w.m.m.m = v")));
        Assert.Equal($"ValidationException: {TooDeep}", _db.Refused("UpdateItem", Set("v = :v", Nested(32, 'L'))));
        Assert.Equal($"ValidationException: {TooDeep}", _db.Refused("UpdateItem", Set("w.m = :v", Nested(31, 'L'))));
        var (_, cancelled) = _db.Call("TransactWriteItems", $$$"""{"TransactItems":[{"Update":{{{Set("w.m.m.m = v")}}}}]}""");
        Assert.Equal(TooDeep, cancelled.GetProperty("CancellationReasons")[0].GetProperty("Message").GetString());
        _db.Done("UpdateItem", Set("w.m = v"));
    }

    /// <summary>4,096 bytes, before placeholders are replaced: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters; the words are those of AWS and of DynamoDB Local.</summary>
    [Fact]
    public void An_expression_has_4096_bytes_and_no_more()
    {
        static string Spaces(int count) => new(' ', count);
        _db.Put("a", more: $"\"ConditionExpression\":\"attribute_not_exists(n){Spaces(4096 - 23)}\"");
        const string condition = "ValidationException: Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097";
        Assert.Equal(condition, _db.Refused("PutItem", EngineUnderTest.PutBody("a", more: $"\"ConditionExpression\":\"attribute_not_exists(n){Spaces(4097 - 23)}\"")));
        Assert.Equal(condition, _db.Refused("PutItem", EngineUnderTest.PutBody("a", more: $"\"ConditionExpression\":\"attribute_not_exists(n)é{Spaces(4095 - 23)}\"")));
        Assert.Equal("ValidationException: Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;", _db.Refused("UpdateItem", Set($"n = pk{Spaces(4096)}")));
        Assert.Equal(
            "ValidationException: Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size;",
            _db.Refused("GetItem", $$"""{"TableName":"things","Key":<a>,"ProjectionExpression":"n{{Spaces(4096)}}"}"""));
    }

    [Theory]
    [InlineData("(", "a = :v")]
    [InlineData("NOT ", "a = :v")]
    [InlineData("size(", "a")]
    public void An_expression_for_which_the_stack_is_too_small_is_refused(string opening, string rest)
    {
        Exception? refused = null;
        var small = new Thread(() => refused = Record.Exception(() => ExpressionParser.Condition(string.Concat(Enumerable.Repeat(opening, 100_000)) + rest)), maxStackSize: 256 * 1024);
        small.Start();
        small.Join();

        Assert.Equal("The expression is nested too deeply;", Assert.IsType<ExpressionException>(refused).Message);
    }

    [Theory]
    [InlineData(""" "n":{"S":"1"},"n":{"S":"2"} """)]
    [InlineData(""" "m":{"M":{"n":{"S":"1"},"n":{"S":"2"}}} """)]
    [InlineData(""" "a":{"S":""},"b":{"S":""},"c":{"S":""},"d":{"S":""},"e":{"S":""},"f":{"S":""},"g1":{"S":""},"h1":{"S":""},"i":{"S":""},"j":{"S":""},"k":{"S":""},"l":{"S":""},"m":{"S":""},"n":{"S":""},"o":{"S":""},"p":{"S":""},"q":{"S":""},"r":{"S":""},"s":{"S":""},"t":{"S":""},"u":{"S":""},"v":{"S":""},"w":{"S":""},"n":{"S":""} """)]
    public void An_attribute_name_that_stands_twice_is_refused(string attributes) =>
        Assert.Equal("SerializationException: Duplicate attribute name: n", _db.Refused("PutItem", EngineUnderTest.PutBody("a", attributes)));

    [Theory]
    [InlineData("""{"TableName":"things","Item":{"pk":{"S":"\ud800"},"sk":{"S":"1"}}}""")]
    [InlineData("""{"TableName":"things","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"\udc00":{"S":"1"}}}""")]
    [InlineData("""{"TableName":"things","\ud800":1}""")]
    public void Half_of_a_surrogate_pair_is_refused(string body) =>
        Assert.StartsWith("SerializationException", _db.Refused("PutItem", body), StringComparison.Ordinal);

    [Theory]
    [InlineData("null", null)]
    [InlineData("7", "SerializationException: Unexpected field type")]
    [InlineData("[7]", "SerializationException: NUMBER_VALUE cannot be converted to String")]
    [InlineData("[null]", "ValidationException: Attribute name must be specified.")]
    public void What_an_index_projects_is_names(string given, string? refused)
    {
        var body = $$"""
            {"TableName":"others","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
             "GlobalSecondaryIndexes":[{"IndexName":"due","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY","NonKeyAttributes":{{given}} } }]}
            """;
        if (refused is null) _db.Done("CreateTable", body);
        else Assert.Equal(refused, _db.Refused("CreateTable", body));
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("253402300800000")]
    public void An_iterator_of_no_time_is_refused(string time)
    {
        _db.Put("a");
        var stream = _db.Done("ListStreams", """{"TableName":"things"}""").GetProperty("Streams")[0].GetProperty("StreamArn").GetString();
        Assert.Equal("ValidationException: Invalid ShardIterator", _db.Refused("GetRecords", $$"""{"ShardIterator":"{{stream}}|1|0|{{time}}"}"""));
    }

    [Theory]
    [InlineData("S,N")]
    [InlineData(" S")]
    [InlineData("-1")]
    [InlineData("s")]
    [InlineData("")]
    public void A_type_that_there_is_not_is_refused(string type) =>
        Assert.StartsWith(
            $"ValidationException: Invalid ConditionExpression: Invalid attribute type name found; type: {type}, valid types: ",
            _db.Refused("PutItem", EngineUnderTest.PutBody("a", more: $$$"""  "ConditionExpression":"attribute_type(n, :t)","ExpressionAttributeValues":{":t":{"S":"{{{type}}}"}}  """)),
            StringComparison.Ordinal);

    /// <summary>What DynamoDB Local answers; the differential check removes such places, too.</summary>
    [Theory]
    [InlineData("REMOVE l[0], l[1].b", """[{"M":{"c":{"S":"c"}}},{"L":[{"S":"x"},{"S":"y"}]},{"S":"3"}]""")]
    [InlineData("REMOVE l[1], l[2][0]", """[{"S":"0"},{"L":[{"S":"y"}]},{"S":"3"}]""")]
    [InlineData("REMOVE l[0], l[1].b, l[2][1]", """[{"M":{"c":{"S":"c"}}},{"L":[{"S":"x"}]},{"S":"3"}]""")]
    public void Places_at_several_depths_are_removed_where_they_were(string update, string left)
    {
        _db.Put("a", """ "l":{"L":[{"S":"0"},{"M":{"b":{"S":"b"},"c":{"S":"c"}}},{"L":[{"S":"x"},{"S":"y"}]},{"S":"3"}]} """);

        _db.Done("UpdateItem", $$"""{"TableName":"things","Key":<a>,"UpdateExpression":"{{update}}"}""");

        Assert.Equal(left, _db.Item("a").GetProperty("l").GetProperty("L").GetRawText());
    }

    /// <summary>So many lists or maps around a text.</summary>
    internal static string Nested(int levels, char kind)
    {
        var (open, close) = kind == 'L' ? ("""{"L":[""", "]}") : ("""{"M":{"m":""", "}}");
        return string.Concat(Enumerable.Repeat(open, levels)) + """{"S":"x"}""" + string.Concat(Enumerable.Repeat(close, levels));
    }

    private static string Set(string action, string? value = null) =>
        $$$"""{"TableName":"things","Key":<a>,"UpdateExpression":"SET {{{action}}}"{{{(value is null ? "" : $",\"ExpressionAttributeValues\":{{\":v\":{value}}}")}}}}""";
}
