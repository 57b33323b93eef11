using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>Makes the sequences of a run: number n of a seed is always the same.</summary>
internal sealed class SequenceMaker
{
    public const int Length = 50;

    /// <summary>So many calls of a sequence are made to be refused.</summary>
    private const int Refused = 18;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dice _dice;
    private readonly ValueMaker _values;
    private readonly ErrorMaker _errors;
    private readonly bool _numberSort;
    private int _tokens;

    private SequenceMaker(ulong seed, int number)
    {
        _dice = new Dice(new PCG((uint)number, seed));
        _numberSort = number % 3 == 2;
        _values = new ValueMaker(_dice, _numberSort);
        _errors = new ErrorMaker(_values, _numberSort);
    }

    public static CallSequence Make(ulong seed, int number)
    {
        var maker = new SequenceMaker(seed, number);
        List<WireCall> calls = [];
        for (var i = 0; i < 4; i++) calls.Add(maker.Put(conditional: false));
        calls.AddRange(maker.Repeated());
        var refused = number * Refused;
        for (var left = Refused; calls.Count < Length;)
        {
            var deliberate = maker._dice.Below(Length - calls.Count) < left;
            if (deliberate) left--;
            calls.Add(deliberate ? maker._errors.Make(refused++) : maker.Next());
        }

        if (number % 5 == 0) calls.AddRange(maker.Removed());
        return new(maker._numberSort, calls);
    }

    public static string Text(JsonNode node) => node.ToJsonString(Readable);

    private WireCall Next() => _dice.Below(100) switch
    {
        < 26 => Put(conditional: true),
        < 52 => Update(),
        < 62 => Delete(),
        < 88 => TransactWrite(),
        < 90 => Get(),
        < 94 => Query(),
        < 96 => Scan(),
        < 98 => BatchWrite(),
        < 99 => BatchGet(),
        _ => TransactGet(),
    };

    /// <summary>A transaction with a token, once more, and something else with its token.</summary>
    private WireCall[] Repeated()
    {
        var call = new WireCall("TransactWriteItems", Text(new JsonObject
        {
            ["TransactItems"] = new JsonArray(new JsonObject { ["Put"] = new JsonObject { ["TableName"] = WireCall.Table, ["Item"] = _values.Item() } }),
            ["ClientRequestToken"] = $"{WireCall.Table}-again",
        }));
        return [call, Put(conditional: true), call, call with { Body = call.Body.Replace("\"Item\":{", "\"Item\":{\"more\":{\"S\":\"x\"},", StringComparison.Ordinal) }];
    }

    /// <summary>Places at several depths, removed at once: each removal moves what lies behind it.</summary>
    private WireCall[] Removed()
    {
        var item = _values.Key();
        var put = Named();
        put["Item"] = item.DeepClone();
        put["Item"]!["l"] = JsonNode.Parse("""{"L":[{"S":"a"},{"M":{"x":{"S":"x"},"y":{"S":"y"}}},{"L":[{"S":"b"},{"S":"c"}]},{"S":"d"}]}""");
        put["Item"]!["m"] = JsonNode.Parse("""{"M":{"l":{"L":[{"S":"e"},{"L":[{"S":"f"}]},{"S":"g"}]}}}""");
        var update = Named();
        update["Key"] = item;
        string[] places = ["l[0]", "l[1].x", "l[2][0]", "l[2][1]", "l[3]", "m.l[0]", "m.l[1][0]"];
        string[] chosen = [.. places.Where(_ => _dice.Chance(60))];
        if (_dice.Chance(50)) Array.Reverse(chosen);
        update["UpdateExpression"] = $"REMOVE {(chosen.Length == 0 ? "l[0], l[2][1]" : string.Join(", ", chosen))}";
        update["ReturnValues"] = "ALL_NEW";
        return [new("PutItem", Text(put)), new("UpdateItem", Text(update))];
    }

    private WireCall Put(bool conditional)
    {
        var expressions = new ExpressionMaker(_dice, _values);
        var request = Named();
        request["Item"] = _values.Item();
        if (conditional) Condition(request, expressions, percent: 96);
        if (_dice.Chance(40)) request["ReturnValues"] = _dice.Of("ALL_OLD", "NONE");
        return Call("PutItem", request, expressions, capacity: true);
    }

    private WireCall Delete()
    {
        var expressions = new ExpressionMaker(_dice, _values);
        var request = Named();
        request["Key"] = _values.Key();
        Condition(request, expressions, percent: 95);
        if (_dice.Chance(40)) request["ReturnValues"] = "ALL_OLD";
        return Call("DeleteItem", request, expressions, capacity: true);
    }

    private WireCall Update()
    {
        var expressions = new ExpressionMaker(_dice, _values);
        var request = Named();
        request["Key"] = _values.Key();
        request["UpdateExpression"] = Changes(expressions);
        Condition(request, expressions, percent: 90);
        if (_dice.Chance(60)) request["ReturnValues"] = _dice.Of("ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE");
        return Call("UpdateItem", request, expressions, capacity: true);
    }

    private string Changes(ExpressionMaker expressions) => _dice.Chance(20)
        ? $"SET g = {expressions.Value(ValueMaker.S(_dice.Of("x", "y")))}, h = {expressions.Value(ValueMaker.N(_dice.Of("1", "10", "9")))}"
        : expressions.Update();

    private WireCall TransactWrite()
    {
        JsonArray actions = [];
        HashSet<string> keys = [];
        for (var i = _dice.Below(3) + 1; i > 0; i--)
        {
            var key = _values.Key();
            if (!keys.Add(Text(key))) continue;
            var expressions = new ExpressionMaker(_dice, _values);
            var action = Named();
            var kind = _dice.Of("Put", "Update", "Delete", "ConditionCheck");
            if (kind == "Put")
            {
                var item = _values.Item();
                foreach (var (name, value) in key) item[name] = value!.DeepClone();
                action["Item"] = item;
            }
            else
            {
                action["Key"] = key;
            }

            if (kind == "Update") action["UpdateExpression"] = Changes(expressions);
            if (kind == "ConditionCheck") action["ConditionExpression"] = expressions.Condition();
            else if (_dice.Chance(65)) action["ConditionExpression"] = expressions.Condition();
            if (_dice.Chance(50)) action["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
            expressions.AddTo(action);
            actions.Add(new JsonObject { [kind] = action });
        }

        var request = new JsonObject { ["TransactItems"] = actions };
        if (_dice.Chance(30)) request["ClientRequestToken"] = $"{WireCall.Table}-{_tokens++}";
        return new("TransactWriteItems", Text(request));
    }

    private WireCall Get()
    {
        var expressions = new ExpressionMaker(_dice, _values);
        var request = Named();
        request["Key"] = _values.Key();
        request["ConsistentRead"] = _dice.Chance(70);
        if (_dice.Chance(60)) request["ProjectionExpression"] = expressions.Projection();
        return Call("GetItem", request, expressions, capacity: true);
    }

    private WireCall Query()
    {
        var expressions = new ExpressionMaker(_dice, _values);
        var request = Named();
        var index = _dice.Chance(35) ? _dice.Of("due", "some") : null;
        if (index is null)
        {
            var condition = $"pk = {expressions.Value(ValueMaker.S(_dice.Of("a", "b")))}";
            if (_dice.Chance(70)) condition += " AND " + SortCondition(expressions);
            request["KeyConditionExpression"] = condition;
            request["ConsistentRead"] = true;
            if (_dice.Chance(25)) request["ExclusiveStartKey"] = _values.Key();
        }
        else
        {
            request["IndexName"] = index;
            var condition = $"g = {expressions.Value(ValueMaker.S(_dice.Of("x", "y")))}";
            if (index == "due" && _dice.Chance(60)) condition += $" AND h {_dice.Of("=", "<", "<=", ">", ">=")} {expressions.Value(ValueMaker.N(_dice.Of("1", "2", "9", "10")))}";
            request["KeyConditionExpression"] = condition;
        }

        if (_dice.Chance(30)) request["ScanIndexForward"] = _dice.Chance(40);
        // Entries with equal index keys have no order that is promised, so a page of them would be any.
        if (index is null && _dice.Chance(40)) request["Limit"] = _dice.Below(4) + 1;
        if (index is null && _dice.Chance(30)) request["FilterExpression"] = expressions.Filter();
        if (index is null && _dice.Chance(20)) request["ProjectionExpression"] = expressions.Projection();
        else if (_dice.Chance(15)) request["Select"] = "COUNT";
        return Call("Query", request, expressions, capacity: true);
    }

    private string SortCondition(ExpressionMaker expressions)
    {
        string Sort() => expressions.Value(_values.Key()["sk"]!.DeepClone().AsObject());
        return _dice.Below(_numberSort ? 6 : 8) switch
        {
            0 => $"sk = {Sort()}",
            1 => _numberSort
                ? $"sk BETWEEN {expressions.Value(ValueMaker.N("-3"))} AND {expressions.Value(ValueMaker.N(_dice.Of("1", "9")))}"
                : $"sk BETWEEN {expressions.Value(ValueMaker.S("1"))} AND {expressions.Value(ValueMaker.S(_dice.Of("2", "Z", "é")))}",
            < 6 => $"sk {_dice.Of("<", "<=", ">", ">=")} {Sort()}",
            _ => $"begins_with(sk, {Sort()})",
        };
    }

    private WireCall Scan()
    {
        var expressions = new ExpressionMaker(_dice, _values);
        var request = Named();
        if (_dice.Chance(25)) request["IndexName"] = _dice.Of("due", "some");
        else if (_dice.Chance(60)) request["FilterExpression"] = expressions.Filter();
        return Call("Scan", request, expressions, capacity: false);
    }

    private WireCall BatchWrite()
    {
        JsonArray writes = [];
        HashSet<string> keys = [];
        for (var i = _dice.Below(4) + 1; i > 0; i--)
        {
            var item = _values.Item();
            var key = new JsonObject { ["pk"] = item["pk"]!.DeepClone(), ["sk"] = item["sk"]!.DeepClone() };
            if (!keys.Add(Text(key))) continue;
            writes.Add(_dice.Chance(60) ? new JsonObject { ["PutRequest"] = new JsonObject { ["Item"] = item } } : new JsonObject { ["DeleteRequest"] = new JsonObject { ["Key"] = key } });
        }

        return new("BatchWriteItem", Text(new JsonObject { ["RequestItems"] = new JsonObject { [WireCall.Table] = writes } }));
    }

    private WireCall BatchGet()
    {
        JsonArray keys = [];
        HashSet<string> seen = [];
        for (var i = _dice.Below(5) + 1; i > 0; i--)
        {
            var key = _values.Key();
            if (seen.Add(Text(key))) keys.Add(key);
        }

        return new("BatchGetItem", Text(new JsonObject { ["RequestItems"] = new JsonObject { [WireCall.Table] = new JsonObject { ["Keys"] = keys, ["ConsistentRead"] = true } } }));
    }

    private WireCall TransactGet()
    {
        JsonArray gets = [];
        HashSet<string> seen = [];
        for (var i = _dice.Below(4) + 1; i > 0; i--)
        {
            var key = _values.Key();
            if (!seen.Add(Text(key))) continue;
            var expressions = new ExpressionMaker(_dice, _values);
            var get = Named();
            get["Key"] = key;
            if (_dice.Chance(40)) get["ProjectionExpression"] = expressions.Projection();
            expressions.AddTo(get);
            gets.Add(new JsonObject { ["Get"] = get });
        }

        return new("TransactGetItems", Text(new JsonObject { ["TransactItems"] = gets }));
    }

    private void Condition(JsonObject request, ExpressionMaker expressions, int percent)
    {
        if (!_dice.Chance(percent)) return;
        request["ConditionExpression"] = expressions.Condition();
        if (_dice.Chance(50)) request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
    }

    private WireCall Call(string operation, JsonObject request, ExpressionMaker expressions, bool capacity)
    {
        expressions.AddTo(request);
        if (capacity && _dice.Chance(25)) request["ReturnConsumedCapacity"] = operation is "GetItem" or "Query" ? _dice.Of("TOTAL", "INDEXES") : "INDEXES";
        return new(operation, Text(request));
    }

    private static JsonObject Named() => new() { ["TableName"] = WireCall.Table };
}
