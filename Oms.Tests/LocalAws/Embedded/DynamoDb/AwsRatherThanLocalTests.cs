using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb;

/// <summary>Where DynamoDB Local does otherwise, so that the differential check cannot tell: what AWS's documents say, each named at its test.</summary>
public sealed class AwsRatherThanLocalTests
{
    private const string EnableTimeToLive = """{"TableName":"things","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ends"}}""";

    private readonly EngineUnderTest _db = new();

    /// <summary>"Leading and trailing zeroes are trimmed": https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number</summary>
    [Theory]
    [InlineData("1.50", "1.5")]
    [InlineData("007", "7")]
    [InlineData("-0", "0")]
    [InlineData("1E3", "1000")]
    [InlineData("12.3E-4", "0.00123")]
    [InlineData("-1200", "-1200")]
    public void Numbers_are_trimmed_wherever_they_stand(string sent, string kept)
    {
        _db.Put("a", $$$"""  "n":{"N":"{{{sent}}}"},"l":{"L":[{"N":"{{{sent}}}"}]},"s":{"NS":["{{{sent}}}"]}  """);

        var item = _db.Item("a");
        Assert.Equal(kept, item.GetProperty("n").GetProperty("N").GetString());
        Assert.Equal(kept, item.GetProperty("l").GetProperty("L")[0].GetProperty("N").GetString());
        Assert.Equal(kept, item.GetProperty("s").GetProperty("NS")[0].GetString());
    }

    /// <summary>"UPDATED_NEW - Returns only the updated attributes": https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#DDB-UpdateItem-request-ReturnValues</summary>
    [Fact]
    public void Updated_values_are_those_at_the_paths_of_the_update()
    {
        _db.Put("a", """ "m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}} """);

        var answer = _db.Done("UpdateItem", """{"TableName":"things","Key":<a>,"UpdateExpression":"SET m.x = m.y","ReturnValues":"UPDATED_NEW"}""");

        Assert.Equal("""{"m":{"M":{"x":{"N":"2"}}}}""", answer.GetProperty("Attributes").GetRawText());
    }

    /// <summary>ValidationError among the reasons: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors</summary>
    [Fact]
    public void An_update_that_does_not_fit_its_item_cancels_the_transaction()
    {
        var (_, error) = _db.Call("TransactWriteItems", """{"TransactItems":[{"Put":{"TableName":"things","Item":<a>}},{"Update":{"TableName":"things","Key":<b>,"UpdateExpression":"SET m.x = pk"}}]}""");

        Assert.Equal("TransactionCanceledException", EngineUnderTest.Type(error));
        Assert.Equal("""[{"Code":"None"},{"Code":"ValidationError","Message":"The document path provided in the update expression is invalid for update"}]""", error.GetProperty("CancellationReasons").GetRawText());
        Assert.Empty(_db.Engine.Items("things"));
    }

    /// <summary>"valid for 10 minutes"; a repetition "returns the number of read capacity units": https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#DDB-TransactWriteItems-request-ClientRequestToken</summary>
    [Fact]
    public void A_token_makes_a_repetition_a_read_for_ten_minutes()
    {
        const string body = """{"ClientRequestToken":"t","ReturnConsumedCapacity":"TOTAL","TransactItems":[{"Put":{"TableName":"things","Item":<a>,"ConditionExpression":"attribute_not_exists(pk)"}}]}""";
        const string other = """{"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"things","Item":<b>}}]}""";

        Assert.Equal("2", _db.Done("TransactWriteItems", body).GetProperty("ConsumedCapacity")[0].GetProperty("WriteCapacityUnits").GetRawText());
        _db.Clock.Advance(TimeSpan.FromSeconds(599));
        Assert.Equal("2", _db.Done("TransactWriteItems", body).GetProperty("ConsumedCapacity")[0].GetProperty("ReadCapacityUnits").GetRawText());
        Assert.StartsWith("IdempotentParameterMismatchException", _db.Refused("TransactWriteItems", other), StringComparison.Ordinal);

        _db.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.StartsWith("TransactionCanceledException", _db.Refused("TransactWriteItems", body), StringComparison.Ordinal);
        _db.Done("TransactWriteItems", other);
    }

    /// <summary>Two units a write in a transaction, and its index entries: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling</summary>
    [Fact]
    public void A_transaction_consumes_twice_in_table_and_index()
    {
        var answer = _db.Done("TransactWriteItems", """{"ReturnConsumedCapacity":"INDEXES","TransactItems":[{"Put":{"TableName":"things","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"g":{"S":"x"},"h":{"N":"1"}}}},{"ConditionCheck":{"TableName":"things","Key":<c>,"ConditionExpression":"attribute_not_exists(pk)"}}]}""");

        var capacity = answer.GetProperty("ConsumedCapacity")[0];
        Assert.Equal((6, 4, 2), (Units(capacity), Units(capacity.GetProperty("Table")), Units(capacity.GetProperty("GlobalSecondaryIndexes").GetProperty("due"))));
    }

    /// <summary>userIdentity of a deletion by the time to live: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html</summary>
    [Fact]
    public void An_item_whose_time_is_over_is_deleted_by_the_service()
    {
        _db.Done("UpdateTimeToLive", EnableTimeToLive);
        var end = _db.Clock.GetUtcNow().AddSeconds(10);
        _db.Put("a", $$$"""  "ends":{"N":"{{{end.ToUnixTimeSeconds()}}}"}  """);
        _db.Put("old", $$$"""  "ends":{"N":"{{{end.AddYears(-6).ToUnixTimeSeconds()}}}"}  """);
        Assert.Equal(end, _db.Engine.NextDue);

        _db.Clock.Advance(TimeSpan.FromSeconds(10));
        _db.Engine.Advance();

        Assert.Equal("old", Assert.Single(_db.Engine.Items("things")).GetProperty("pk").GetProperty("S").GetString()); // more than five years past: kept
        var record = _db.Engine.StreamRecords("things", null, 10)[^1].Record;
        Assert.Equal("REMOVE", record.GetProperty("eventName").GetString());
        Assert.Equal("dynamodb.amazonaws.com", record.GetProperty("userIdentity").GetProperty("PrincipalId").GetString());
        Assert.Equal("Service", record.GetProperty("userIdentity").GetProperty("Type").GetString());
    }

    /// <summary>Indexes are eventually consistent: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.Writes</summary>
    [Fact]
    public void An_index_shows_a_write_when_its_lag_is_over()
    {
        var db = new EngineUnderTest(new Slow());

        db.Put("a", """ "g":{"S":"x"},"h":{"N":"1"} """);
        Assert.Equal(0, Found());
        db.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(1, Found());
        db.Done("DeleteItem", """{"TableName":"things","Key":<a>}""");
        Assert.Equal(1, Found());
        db.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, Found());

        int Found() => db.Done("Query", """{"TableName":"things","IndexName":"due","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"x"}}}""").GetProperty("Count").GetInt32();
    }

    /// <summary>"might not reflect the results of a recently completed write": https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html</summary>
    [Fact]
    public void A_read_without_consistency_may_see_what_was_before()
    {
        var db = new EngineUnderTest(new Slow());

        db.Put("a", """ "n":{"N":"1"} """);
        Assert.False(Stale().TryGetProperty("Item", out _));
        db.Put("a", """ "n":{"N":"2"} """);
        Assert.Equal("1", Stale().GetProperty("Item").GetProperty("n").GetProperty("N").GetString());
        db.Done("DeleteItem", """{"TableName":"things","Key":<a>}""");

        Assert.Equal("2", Stale().GetProperty("Item").GetProperty("n").GetProperty("N").GetString());
        Assert.Equal(JsonValueKind.Undefined, db.Item("a").ValueKind);
        Assert.Empty(db.Engine.Items("things"));

        JsonElement Stale() => db.Done("GetItem", """{"TableName":"things","Key":<a>}""");
    }

    /// <summary>1,000 write units a second for one partition; failed conditions count: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html, https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate</summary>
    [Fact]
    public void A_hot_key_is_throttled_until_the_next_second_and_failed_conditions_count()
    {
        var db = new EngineUnderTest(new TwoUnits());
        db.Put("a");
        Assert.StartsWith("ConditionalCheckFailedException", db.Refused("PutItem", EngineUnderTest.PutBody("a", more: "\"ConditionExpression\":\"attribute_not_exists(pk)\"")), StringComparison.Ordinal);

        Assert.StartsWith("ThrottlingException", db.Refused("PutItem", EngineUnderTest.PutBody("a")), StringComparison.Ordinal);
        db.Put("b");
        var (_, cancelled) = db.Call("TransactWriteItems", """{"TransactItems":[{"Put":{"TableName":"things","Item":<c>}},{"Delete":{"TableName":"things","Key":<a>}}]}""");
        Assert.Equal(["None", "ThrottlingError"], cancelled.GetProperty("CancellationReasons").EnumerateArray().Select(reason => reason.GetProperty("Code").GetString()));

        db.Clock.Advance(TimeSpan.FromSeconds(1));
        db.Put("a");
    }

    /// <summary>3,000 read units a second for one partition, with what queries of it read: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html</summary>
    [Fact]
    public void A_partition_that_is_queried_too_often_is_throttled_and_others_are_not()
    {
        var db = new EngineUnderTest(new TwoUnits());
        string Query(string partition) => $$$"""{"TableName":"things","ConsistentRead":true,"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"{{{partition}}}"} }}""";
        db.Done("Query", Query("a"));
        db.Done("GetItem", """{"TableName":"things","ConsistentRead":true,"Key":<a>}""");

        Assert.StartsWith("ThrottlingException", db.Refused("Query", Query("a")), StringComparison.Ordinal);
        db.Done("Query", Query("b"));
    }

    /// <summary>24 hours, and 15 minutes: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html</summary>
    [Fact]
    public void Stream_records_are_kept_a_day_and_iterators_a_quarter_of_an_hour()
    {
        _db.Put("a");
        var stream = _db.Done("ListStreams", """{"TableName":"things"}""").GetProperty("Streams")[0].GetProperty("StreamArn").GetString();
        var shard = _db.Done("DescribeStream", $$"""{"StreamArn":"{{stream}}"}""").GetProperty("StreamDescription").GetProperty("Shards")[0].GetProperty("ShardId").GetString();
        var first = _db.Engine.StreamRecords("things", null, 1)[0].SequenceNumber;
        string Iterator(string position) => _db.Done("GetShardIterator", $$"""{"StreamArn":"{{stream}}","ShardId":"{{shard}}",{{position}}}""").GetProperty("ShardIterator").GetString()!;
        var iterator = Iterator("\"ShardIteratorType\":\"TRIM_HORIZON\"");
        var records = _db.Done("GetRecords", $$"""{"ShardIterator":"{{iterator}}"}""");
        Assert.Equal(first, Assert.Single(records.GetProperty("Records").EnumerateArray()).GetProperty("dynamodb").GetProperty("SequenceNumber").GetString());
        Assert.Equal(0, _db.Done("GetRecords", $$"""{"ShardIterator":"{{records.GetProperty("NextShardIterator").GetString()}}"}""").GetProperty("Records").GetArrayLength());
        Assert.Equal(0, _db.Done("GetRecords", $$"""{"ShardIterator":"{{Iterator("\"ShardIteratorType\":\"LATEST\"")}}"}""").GetProperty("Records").GetArrayLength());

        _db.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.StartsWith("ExpiredIteratorException", _db.Refused("GetRecords", $$"""{"ShardIterator":"{{iterator}}"}"""), StringComparison.Ordinal);
        _db.Clock.Advance(TimeSpan.FromHours(24));

        Assert.StartsWith("TrimmedDataAccessException", _db.Refused("GetShardIterator", $$"""{"StreamArn":"{{stream}}","ShardId":"{{shard}}","ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"{{first}}"}"""), StringComparison.Ordinal);
        Assert.Empty(_db.Engine.StreamRecords("things", null, 10));
    }

    /// <summary>The official list has 573 words: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html (DynamoDB Local lets "size" pass)</summary>
    [Theory]
    [InlineData("size")]
    [InlineData("Status")]
    [InlineData("ttl")]
    public void Reserved_words_are_refused_in_any_letters(string word)
    {
        Assert.Equal(573, Oms.LocalAws.Embedded.DynamoDb.Expressions.ReservedWords.Count);
        Assert.Equal(
            $"ValidationException: Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: {word}",
            _db.Refused("PutItem", EngineUnderTest.PutBody("a", more: $$$"""  "ConditionExpression":"{{{word}}} = :v","ExpressionAttributeValues":{":v":{"N":"1"}}  """)));
    }

    private static int Units(JsonElement capacity) => capacity.GetProperty("CapacityUnits").GetInt32();

    private sealed class Slow : DynamoDbChoices
    {
        public override TimeSpan IndexLag(string table, string index, JsonElement key) => TimeSpan.FromSeconds(3);

        public override bool ReadsStale(string table, JsonElement key) => true;
    }

    private sealed class TwoUnits : DynamoDbChoices
    {
        public override int? UnitsPerSecond(string table, JsonElement? partition, bool writes) => partition is null ? null : 2;
    }
}
