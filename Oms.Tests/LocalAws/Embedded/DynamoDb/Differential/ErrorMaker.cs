using System.Text.Json.Nodes;
using CsCheck;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>Calls that DynamoDB refuses, each for a reason of its own; every reason comes round.</summary>
internal sealed class ErrorMaker(ValueMaker values, bool numberSort)
{
    private const string Long = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private static readonly string Big = string.Concat(Enumerable.Repeat(Long, 4_100));

    private readonly List<Func<WireCall>[]> _kinds = [];

    public static int Count { get; } = Counted();

    /// <summary>The error with this number, which may be greater than their count.</summary>
    public WireCall Make(int number)
    {
        if (_kinds.Count == 0) AddKinds();
        var ways = _kinds[number % _kinds.Count];
        var call = ways[number / _kinds.Count % ways.Length]();
        return call with { Refusal = number % _kinds.Count, Body = numberSort ? call.Body.Replace("\"sk\":{\"S\":\"1\"}", "\"sk\":{\"N\":\"1\"}", StringComparison.Ordinal) : call.Body };
    }

    private static int Counted()
    {
        var maker = new ErrorMaker(new ValueMaker(new Dice(new PCG(1, 1)), numberSort: false), numberSort: false);
        maker.AddKinds();
        return maker._kinds.Count;
    }

    /// <summary>The ways to one refusal take turns.</summary>
    private void Add(params Func<WireCall>[] ways) => _kinds.Add(ways);

    private void AddKinds()
    {
        foreach (var more in RefusedTexts.Puts) Add([.. more.Select<string, Func<WireCall>>(one => () => Put(Item(), one))]);
        foreach (var attribute in RefusedTexts.Attributes) Add([.. attribute.Select<string, Func<WireCall>>(one => () => Put(Members(values.Key()) + "," + one))]);
        foreach (var more in RefusedTexts.Updates) Add([.. more.Select<string, Func<WireCall>>(one => () => Keyed("UpdateItem", values.Key(), one))]);
        foreach (var more in RefusedTexts.Queries) Add([.. more.Select<string, Func<WireCall>>(static one => () => Named("Query", one))]);
        AddItems();
        AddTransactions();
        AddBatches();
    }

    private void AddItems()
    {
        Add(() => Put(""" "pk":{"S":"a"} """), static () => BatchWrite("""{"PutRequest":{"Item":{"pk":{"S":"a"}}}}"""));
        Add(() => Put(""" "pk":{"N":"1"},"sk":{"S":"1"} """));
        Add(() => Put(""" "pk":{"S":""},"sk":{"S":"1"} """), () => Named("Query", """ "KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":""}} """));
        Add(() => Put($"{Item()},\"big\":{{\"S\":\"{Big}\"}}"));
        Add(() => Keyed("UpdateItem", values.Key(), """ "UpdateExpression":"SET big = :v","ExpressionAttributeValues":{":v":{"S":"BIG"}} """.Replace("BIG", Big, StringComparison.Ordinal)));
        Add(() => Named("GetItem", """ "Key":{"pk":{"S":"a"}} """), () => Named("DeleteItem", """ "Key":{"pk":{"S":"a"},"sk":{"BOOL":true}} """));
        Add(() => Keyed("GetItem", values.Key(), """ "ProjectionExpression":"status" """));
        Add(() => new("GetItem", $$"""{"TableName":"no-such-table","Key":{{SequenceMaker.Text(values.Key())}}}"""), () => Transaction("""{"Put":{"TableName":"no-such-table","Item":{"pk":{"S":"a"},"sk":{"S":"1"}}}}"""));
        Add(() => new("PutItem", """{"Item":{"pk":{"S":"a"}}}"""), () => Named("PutItem", """ "ReturnValues":"NONE" """), () => Transaction(Action("ConditionCheck", "Key", values.Key())));
        Add(() => new("DescribeTable", """{"TableName":"no-such-table"}"""));
        Add(() => new("PickItem", "{}"));
    }

    private void AddTransactions()
    {
        Add(() => Transaction(), () => Transaction(Many(101, """{"Put":{"TableName":"THE-TABLE","Item":{"pk":{"S":"@"},"sk":{"S":"1"}}}}""")));
        Add(() => Transaction(Action("Put", "Item", values.Key()), "{}"));
        Add(() => Twice(Action("Put", "Item", values.Key())), () => new("TransactGetItems", $$"""{"TransactItems":[{{Action("Get", FixedText)}},{{Action("Get", FixedText)}}]}"""));
        Add(() => Transaction(Action("Put", "Item", values.Key())[..^1] + "," + Action("Delete", "Key", values.Key())[1..]));
        Add(
            () => Transaction(Action("Update", "Key", values.Key(), """ "UpdateExpression":"SET nowhere.x = nowhere.y" """)),
            () => Transaction(Action("Update", "Key", values.Key(), """ "UpdateExpression":"SET sk = :v","ExpressionAttributeValues":{":v":{"S":"1"}} """)),
            () => Transaction(Action("Update", "Key", values.Key(), """ "UpdateExpression":"SET g = :v","ExpressionAttributeValues":{":v":{"N":"1"}} """)));
        Add(() => Transaction(Action("ConditionCheck", "Key", values.Key(), """ "ConditionExpression":"attribute_exists(nowhere)" """)));
        Add(() => Transaction(Many(11, """{"Put":{"TableName":"THE-TABLE","Item":{"pk":{"S":"@"},"sk":{"S":"1"},"big":{"S":"BIG"}}}}""".Replace("BIG", Big[..400_000], StringComparison.Ordinal))));

        static WireCall Twice(string action) => Transaction(action, action);
    }

    private void AddBatches()
    {
        Add(() => new("BatchGetItem", """{"RequestItems":{}}"""), () => BatchGet(), () => BatchWrite(Many(26, """{"DeleteRequest":{"Key":{"pk":{"S":"@"},"sk":{"S":"1"}}}}""")));
        Add(
            () => BatchGet(FixedText, FixedText),
            () => BatchWrite("""{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"S":"1"}}}}""", """{"DeleteRequest":{"Key":{"pk":{"S":"a"},"sk":{"S":"1"}}}}"""));
        Add(() => BatchGet(Many(101, """{"pk":{"S":"@"},"sk":{"S":"1"}}""")));
        Add(() => BatchWrite());
        Add(() => BatchWrite("{}"));
    }

    private const string FixedText = """{"pk":{"S":"a"},"sk":{"S":"1"}}""";

    private static string[] Many(int count, string json) => [.. Enumerable.Range(0, count).Select(i => json.Replace("@", i.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal))];

    private static WireCall BatchGet(params string[] keys) => new("BatchGetItem", "{\"RequestItems\":{\"" + WireCall.Table + "\":{\"Keys\":[" + string.Join(',', keys) + "]}}}");

    private static WireCall BatchWrite(params string[] requests) => new("BatchWriteItem", "{\"RequestItems\":{\"" + WireCall.Table + "\":[" + string.Join(',', requests) + "]}}");

    private static WireCall Transaction(params string[] actions) => new("TransactWriteItems", $$"""{"TransactItems":[{{string.Join(',', actions)}}]}""");

    private static string Action(string kind, string member, JsonObject value, string more = "") =>
        Action(kind, SequenceMaker.Text(value), member, more.Length == 0 ? "" : "," + more);

    private static string Action(string kind, string value, string member = "Key", string more = "") =>
        "{\"" + kind + "\":{\"TableName\":\"" + WireCall.Table + "\",\"" + member + "\":" + value + more + "}}";

    private static WireCall Named(string operation, string members) => new(operation, $$"""{"TableName":"{{WireCall.Table}}",{{members}}}""");

    private static WireCall Keyed(string operation, JsonObject key, string members) => Named(operation, $"\"Key\":{SequenceMaker.Text(key)},{members}");

    private static WireCall Put(string item, string more = "") => Named("PutItem", $"\"Item\":{{{item}}}{(more.Length == 0 ? "" : "," + more)}");

    private string Item() => Members(values.Item());

    private static string Members(JsonObject value) => SequenceMaker.Text(value)[1..^1];
}
