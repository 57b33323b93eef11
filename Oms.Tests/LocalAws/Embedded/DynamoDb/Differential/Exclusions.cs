using System.Globalization;
using System.Text.Json.Nodes;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>
/// Every way in which DynamoDB Local (3.3.0) is known to differ from DynamoDB, with where DynamoDB's way stands. Beyond
/// this list: an index is consistent at once in both (the engine's lag is a choice that is not made here), neither
/// conflicts nor throttles without being asked to, and a write whose condition fails reports no capacity.
/// </summary>
internal sealed class Exclusions
{
    private const string Transactions = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors";
    private const string Dynalite = "https://github.com/architect/dynalite, whose tests run against DynamoDB itself: ";

    private static readonly Exclusion[] All =
    [
        new("UPDATED_OLD and UPDATED_NEW give what lies at the paths of the update; DynamoDB Local gives the whole attributes", Dynalite + "test/updateItem.js", PartOfAttributes),
        new("what an action does wrong to its item cancels the transaction with ValidationError; DynamoDB Local answers with a plain ValidationException", Transactions, CancelledByValidation),
        new("a reason to cancel has the same words as the error of a single write; DynamoDB Local ends that of a ConditionCheck with a full stop", Transactions, ReasonsInOurWords),
        new("a Scan has no promised order, nor have entries of an index with equal keys, nor has a BatchGetItem", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html", InOurOrder),
        new("a read that finds nothing costs the least read; DynamoDB Local leaves it out of Query", "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html", LeastRead, IsRare: true),
        new("capacity that nobody asked for; DynamoDB Local tells it of a DeleteItem that found nothing", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html#DDB-DeleteItem-request-ReturnConsumedCapacity", UnaskedCapacity),
        new("an entry that an index never had costs nothing; DynamoDB Local counts one where a part of its key comes or goes", "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes", EntryThatNeverWas, IsRare: true),
        new("a LastEvaluatedKey is always a valid ExclusiveStartKey; DynamoDB Local refuses the one that is the last of its range", "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html", LastOfRange, IsRare: true),
        new("a page that reaches its limit has a LastEvaluatedKey; DynamoDB Local leaves it out where the range ends with it", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#DDB-Query-response-LastEvaluatedKey", FullPage, IsRare: true),
        .. Phrases.All.Select(static phrase => new Exclusion($"message: {phrase.Ours}", phrase.Source, (_, ours, theirs) => phrase.Excuses(ours, theirs) ? WithMessage(theirs, Message(ours)) : theirs, phrase.IsRare)),
    ];

    private readonly int[] _used = new int[All.Length];

    /// <summary>How often each made the difference.</summary>
    public IEnumerable<(Exclusion Exclusion, int Times)> Used => All.Zip(_used);

    /// <summary>The answer of DynamoDB Local as DynamoDB would have given it.</summary>
    public WireAnswer AsAws(WireCall call, WireAnswer ours, WireAnswer theirs)
    {
        for (var i = 0; i < All.Length; i++)
        {
            var changed = All[i].AsAws(call, ours, theirs);
            if (!ReferenceEquals(changed, theirs)) _used[i]++;
            theirs = changed;
        }

        return theirs;
    }

    private static string? Message(WireAnswer answer) => answer.Body["message"]?.GetValue<string>();

    private static WireAnswer WithMessage(WireAnswer answer, string? message)
    {
        var body = answer.Body.DeepClone().AsObject();
        body["message"] = message;
        return answer with { Body = body };
    }

    private static WireAnswer ReasonsInOurWords(WireCall call, WireAnswer ours, WireAnswer theirs)
    {
        if (ours.Body["CancellationReasons"] is not JsonArray mine || theirs.Body["CancellationReasons"] is not JsonArray others || mine.Count != others.Count) return theirs;
        var body = theirs.Body.DeepClone().AsObject();
        var changed = false;
        foreach (var (our, reason) in mine.Zip(body["CancellationReasons"]!.AsArray()))
        {
            if (our!["message"]?.GetValue<string>() is not { } words || reason!["message"]?.GetValue<string>() is not { } other || words == other || !Phrases.Same(words, other.TrimEnd('.'))) continue;
            reason["message"] = words;
            changed = true;
        }

        return changed ? theirs with { Body = body } : theirs;
    }

    /// <summary>
    /// DynamoDB trims numbers (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number);
    /// DynamoDB Local gives many back as they were sent or computed, so they are compared by what they are worth.
    /// </summary>
    public static WireAnswer NumbersAlike(WireAnswer answer) => answer with { Body = (JsonObject)Value(answer.Body, inRecord: false)! };

    public static IEnumerable<JsonObject> ItemsAlike(IEnumerable<JsonObject> items) => items.Select(static item => (JsonObject)Value(item, inRecord: false)!);

    /// <summary>
    /// A stream promises an order to the records of one item only
    /// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html), so those are compared in it. And
    /// DynamoDB Local writes empty maps in them as nothing.
    /// </summary>
    public static IEnumerable<JsonObject> RecordsAlike(IEnumerable<JsonObject> records) =>
        records.Select(static record => (JsonObject)Value(record, inRecord: true)!).OrderBy(static record => record["Keys"]!.ToJsonString(), StringComparer.Ordinal);

    private static JsonNode? Value(JsonNode? node, bool inRecord) => node switch
    {
        null => null,
        JsonObject { Count: 0 } when inRecord => new JsonObject { ["M"] = new JsonObject() },
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Member(member.Key, member.Value, inRecord)))),
        JsonArray elements => new JsonArray([.. elements.Select(element => Value(element, inRecord))]),
        _ => node.DeepClone(),
    };

    private static JsonNode? Member(string name, JsonNode? value, bool inRecord) => name switch
    {
        "N" when value is JsonValue => Number(value),
        "NS" when value is JsonArray numbers => new JsonArray([.. numbers.Select(Number)]),
        "M" when value is JsonObject { Count: 0 } => value.DeepClone(),
        _ => Value(value, inRecord),
    };

    /// <summary>Its digits without zeros at both ends, and the power of ten that they are multiplied with.</summary>
    private static JsonValue Number(JsonNode? text)
    {
        var parts = text!.GetValue<string>().Split('E', 'e');
        var power = parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var sign = parts[0][0] == '-' ? "-" : "";
        var digits = parts[0].TrimStart('-', '+');
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0) power -= digits.Length - point - 1;
        digits = digits.Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        power += digits.Length - digits.TrimEnd('0').Length;
        digits = digits.TrimEnd('0');
        return JsonValue.Create(digits.Length == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{sign}{digits}E{power}"));
    }

    /// <summary>DynamoDB Local's error must name the reason that ours gives for the first action that does not fit.</summary>
    private static WireAnswer CancelledByValidation(WireCall call, WireAnswer ours, WireAnswer theirs)
    {
        if (call.Operation != "TransactWriteItems" || ours.Body["CancellationReasons"] is not JsonArray reasons || theirs.Body["__type"]?.GetValue<string>() != "ValidationException") return theirs;
        var first = reasons.FirstOrDefault(static reason => reason!["Code"]!.GetValue<string>() == "ValidationError");
        return first is not null && Phrases.Same(first["message"]!.GetValue<string>(), Message(theirs)!) ? ours : theirs;
    }

    private static WireAnswer PartOfAttributes(WireCall call, WireAnswer ours, WireAnswer theirs)
    {
        if (call.Operation != "UpdateItem" || !call.Body.Contains("\"UPDATED_", StringComparison.Ordinal) || theirs.Status != 200) return theirs;
        var (part, whole) = (ours.Body["Attributes"] as JsonObject ?? [], theirs.Body["Attributes"] as JsonObject ?? []);
        var body = theirs.Body.DeepClone().AsObject();
        if (!Within(part, whole) || !call.Body.Contains('.') && !call.Body.Contains('[')) return theirs;
        if (part.Count == 0) body.Remove("Attributes");
        else body["Attributes"] = part.DeepClone();
        return theirs with { Body = body };
    }

    /// <summary>Everything in the part is in the whole, too; list elements in their order.</summary>
    private static bool Within(JsonNode? part, JsonNode? whole)
    {
        if (JsonNode.DeepEquals(part, whole)) return true;
        if (part is JsonObject some && whole is JsonObject all) return some.All(member => all.TryGetPropertyValue(member.Key, out var value) && Within(member.Value, value));
        if (part is not JsonArray few || whole is not JsonArray many) return false;
        var at = 0;
        return few.All(element =>
        {
            while (at < many.Count && !Within(element, many[at])) at++;
            return at++ < many.Count;
        });
    }

    private static WireAnswer InOurOrder(WireCall call, WireAnswer ours, WireAnswer theirs)
    {
        if (theirs.Status != 200 || ours.Status != 200) return theirs;
        switch (call.Operation)
        {
            case "Scan":
                return Ordered(ours.Body["Items"], theirs, static body => body["Items"], static _ => "");
            case "Query" when call.Body.Contains("\"IndexName\":\"due\"", StringComparison.Ordinal):
                return Ordered(ours.Body["Items"], theirs, static body => body["Items"], static item => item["h"]!.ToJsonString());
            case "Query" when call.Body.Contains("\"IndexName\"", StringComparison.Ordinal):
                return Ordered(ours.Body["Items"], theirs, static body => body["Items"], static _ => "");
            case "BatchGetItem":
                return Ordered(ours.Body["Responses"]?[WireCall.Table], theirs, static body => body["Responses"]?[WireCall.Table], static _ => "");
            default:
                return theirs;
        }
    }

    /// <summary>Only entries with equal keys change places.</summary>
    private static WireAnswer Ordered(JsonNode? ours, WireAnswer theirs, Func<JsonObject, JsonNode?> find, Func<JsonNode, string> key)
    {
        var body = theirs.Body.DeepClone().AsObject();
        if (ours is not JsonArray wanted || find(body) is not JsonArray given || wanted.Count != given.Count || JsonNode.DeepEquals(wanted, given)) return theirs;
        if (!wanted.Select(item => key(item!)).SequenceEqual(given.Select(item => key(item!)))) return theirs;
        string[] one = [.. wanted.Select(static item => item!.ToJsonString()).Order(StringComparer.Ordinal)];
        if (!one.SequenceEqual(given.Select(static item => item!.ToJsonString()).Order(StringComparer.Ordinal))) return theirs;
        for (var i = 0; i < given.Count; i++) given[i] = wanted[i]!.DeepClone();
        return theirs with { Body = body };
    }

    private static WireAnswer EntryThatNeverWas(WireCall call, WireAnswer ours, WireAnswer theirs)
    {
        if (call.Operation is not ("PutItem" or "UpdateItem" or "DeleteItem") || ours.Body["ConsumedCapacity"] is not JsonObject mine || theirs.Body["ConsumedCapacity"] is not JsonObject other) return theirs;
        var known = mine["GlobalSecondaryIndexes"] as JsonObject ?? [];
        string[] extra = [.. (other["GlobalSecondaryIndexes"] as JsonObject ?? []).Select(static index => index.Key).Where(index => index == "due" && !known.ContainsKey(index))];
        if (extra.Length == 0) return theirs;
        var body = theirs.Body.DeepClone().AsObject();
        var capacity = body["ConsumedCapacity"]!.AsObject();
        var indexes = capacity["GlobalSecondaryIndexes"]!.AsObject();
        indexes.Remove("due");
        if (indexes.Count == 0) capacity.Remove("GlobalSecondaryIndexes");
        capacity["CapacityUnits"] = mine["CapacityUnits"]!.DeepClone();
        return theirs with { Body = body };
    }

    private static WireAnswer LastOfRange(WireCall call, WireAnswer ours, WireAnswer theirs) =>
        call.Operation == "Query" && ours.Status == 200 && ours.Body["ScannedCount"]?.ToJsonString() == "0" && Message(theirs) == "The provided starting key does not match the range key predicate"
            ? ours
            : theirs;

    private static WireAnswer FullPage(WireCall call, WireAnswer ours, WireAnswer theirs)
    {
        if (call.Operation != "Query" || !call.Body.Contains("\"Limit\":" + ours.Body["ScannedCount"]?.ToJsonString(), StringComparison.Ordinal) || theirs.Status != 200 || theirs.Body.ContainsKey("LastEvaluatedKey")) return theirs;
        if (ours.Body["LastEvaluatedKey"] is not JsonObject last || !IsAsked(call, last["sk"]!)) return theirs;
        var body = theirs.Body.DeepClone().AsObject();
        body["LastEvaluatedKey"] = last.DeepClone();
        return theirs with { Body = body };
    }

    /// <summary>Whether the call's expressions have the value; both as numbers are compared.</summary>
    private static bool IsAsked(WireCall call, JsonNode value) =>
        JsonNode.Parse(call.Body)!["ExpressionAttributeValues"] is JsonObject asked && asked.Any(one => JsonNode.DeepEquals(Value(one.Value, inRecord: false), value));

    private static WireAnswer UnaskedCapacity(WireCall call, WireAnswer ours, WireAnswer theirs)
    {
        if (call.Operation != "DeleteItem" || call.Body.Contains("ReturnConsumedCapacity", StringComparison.Ordinal) || theirs.Body["ConsumedCapacity"] is null) return theirs;
        var body = theirs.Body.DeepClone().AsObject();
        body.Remove("ConsumedCapacity");
        return theirs with { Body = body };
    }

    private static WireAnswer LeastRead(WireCall call, WireAnswer ours, WireAnswer theirs)
    {
        if (call.Operation != "Query" || ours.Body["Count"]?.ToJsonString() != "0" || theirs.Body["ConsumedCapacity"] is null || ours.Body["ConsumedCapacity"] is not { } least) return theirs;
        var body = theirs.Body.DeepClone().AsObject();
        body["ConsumedCapacity"] = least.DeepClone();
        return theirs with { Body = body };
    }
}
