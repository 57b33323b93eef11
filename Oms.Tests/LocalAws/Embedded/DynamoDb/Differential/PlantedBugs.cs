using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>
/// Mistakes that an engine could have, planted in front of the right one: they change what it is asked or what it
/// answers. What ships knows nothing of them.
/// </summary>
internal static class PlantedBugs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static IReadOnlyDictionary<string, Func<IPeer, IPeer>> All { get; } = new Dictionary<string, Func<IPeer, IPeer>>(StringComparer.Ordinal)
    {
        ["a delete ignores its condition"] = static peer => new Asked(peer, static (operation, body) => operation == "DeleteItem" ? Without(body, "ConditionExpression") : body),
        ["<= compares as <"] = static peer => new Asked(peer, static (_, body) => body.Replace(" <= ", " < ", StringComparison.Ordinal)),
        ["if_not_exists always takes the other value"] = static peer => new Asked(peer, static (_, body) => Regex.Replace(body, @"if_not_exists\((l\[\d\]|\w+(\.\w+)*), (?<other>:v\d+)\)", "${other}", RegexOptions.ExplicitCapture, Patience)),
        ["a cancelled transaction does what was not in its way"] = static peer => new NotAtomic(peer),
        ["reasons to cancel stand in the wrong order"] = static peer => new Answered(peer, static (_, _, answer) =>
        {
            if (answer["CancellationReasons"] is JsonArray reasons) answer["CancellationReasons"] = new JsonArray([.. reasons.Reverse().Select(static reason => reason!.DeepClone())]);
        }),
        ["an index orders numbers as texts"] = static peer => new Answered(peer, static (operation, body, answer) =>
        {
            if (operation == "Query" && body.Contains("\"IndexName\":\"due\"", StringComparison.Ordinal) && !body.Contains("ScanIndexForward", StringComparison.Ordinal) && answer["Items"] is JsonArray items)
                answer["Items"] = new JsonArray([.. items.OrderBy(static item => item!["h"]!["N"]!.GetValue<string>(), StringComparer.Ordinal).Select(static item => item!.DeepClone())]);
        }),
        ["begins_with takes capitals for small letters"] = static peer => new Asked(peer, static (_, body) => Regex.Replace(body, @"begins_with\((?<path>s|#n\d), (?<prefix>:v\d+)\)", "(begins_with(${path}, ${prefix}) OR begins_with(${path}, ${prefix}x))", RegexOptions.ExplicitCapture, Patience) is var changed && changed == body ? body : WithOtherLetters(changed)),
        ["REMOVE comes before SET"] = static peer => new RemovesFirst(peer),
        ["a stream lacks the old image"] = static peer => new Answered(peer, static (_, _, answer) =>
        {
            foreach (var record in answer["Records"] as JsonArray ?? []) record!["dynamodb"]!.AsObject().Remove("OldImage");
        }),
        ["a stream lacks what is deleted"] = static peer => new Answered(peer, static (_, _, answer) =>
        {
            if (answer["Records"] is JsonArray records) answer["Records"] = new JsonArray([.. records.Where(static record => record!["eventName"]!.GetValue<string>() != "REMOVE").Select(static record => record!.DeepClone())]);
        }),
        ["a token is ignored"] = static peer => new Asked(peer, static (operation, body) => operation == "TransactWriteItems" ? Without(body, "ClientRequestToken") : body),
        ["a page that is full says that it is the last"] = static peer => new Answered(peer, static (operation, _, answer) =>
        {
            if (operation == "Query") answer.Remove("LastEvaluatedKey");
        }),
        ["ALL_OLD of a put gives the new item"] = static peer => new Answered(peer, static (operation, body, answer) =>
        {
            if (operation == "PutItem" && answer.ContainsKey("Attributes")) answer["Attributes"] = JsonNode.Parse(body)!["Item"]!.DeepClone();
        }),
        ["a failed condition does not show its item"] = static peer => new Answered(peer, static (_, _, answer) =>
        {
            if (answer.ContainsKey("__type")) answer.Remove("Item");
        }),
    };

    private static string Without(string body, string parameter)
    {
        var request = JsonNode.Parse(body)!.AsObject();
        if (!request.Remove(parameter)) return body;
        WithUsedPlaceholders(request);
        return request.ToJsonString();
    }

    /// <summary>Takes away the placeholders that no expression of the request uses any more.</summary>
    private static void WithUsedPlaceholders(JsonObject request)
    {
        var expressions = string.Join(' ', request.Where(static member => member.Key.EndsWith("Expression", StringComparison.Ordinal)).Select(static member => member.Value!.GetValue<string>()));
        foreach (var parameter in (string[])["ExpressionAttributeNames", "ExpressionAttributeValues"])
        {
            if (request[parameter] is not JsonObject placeholders) continue;
            foreach (var name in placeholders.Select(static placeholder => placeholder.Key).ToArray())
                if (!Regex.IsMatch(expressions, name + @"\b", RegexOptions.None, Patience)) placeholders.Remove(name);
            if (placeholders.Count == 0) request.Remove(parameter);
        }
    }

    /// <summary>Defines every :v…x in the request as :v… with capitals and small letters changed.</summary>
    private static string WithOtherLetters(string body)
    {
        var request = JsonNode.Parse(body)!;
        foreach (var part in Parts(request))
        {
            if (part["ExpressionAttributeValues"] is not JsonObject values) continue;
            foreach (Match match in Regex.Matches(part.ToJsonString(), @"(?<prefix>:v\d+)x\b", RegexOptions.ExplicitCapture, Patience))
                if (values[match.Groups["prefix"].Value] is { } value && value["S"] is { } text)
                    values[match.Value] = new JsonObject { ["S"] = string.Concat(text.GetValue<string>().Select(static letter => char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter))) };
        }

        return request.ToJsonString();
    }

    private static IEnumerable<JsonObject> Parts(JsonNode request) => request["TransactItems"] is JsonArray actions
        ? actions.SelectMany(static action => action!.AsObject()).Select(static action => action.Value!.AsObject())
        : [request.AsObject()];

    /// <summary>Asks for something else.</summary>
    private sealed class Asked(IPeer peer, Func<string, string, string> change) : IPeer
    {
        public WireAnswer Call(string operation, string body) => peer.Call(operation, change(operation, body));
    }

    /// <summary>Answers something else.</summary>
    private sealed class Answered(IPeer peer, Action<string, string, JsonObject> change) : IPeer
    {
        public WireAnswer Call(string operation, string body)
        {
            var answer = peer.Call(operation, body);
            change(operation, body, answer.Body);
            return answer;
        }
    }

    private sealed class NotAtomic(IPeer peer) : IPeer
    {
        public WireAnswer Call(string operation, string body)
        {
            var answer = peer.Call(operation, body);
            if (answer.Body["CancellationReasons"] is not JsonArray reasons) return answer;
            foreach (var (action, reason) in JsonNode.Parse(body)!["TransactItems"]!.AsArray().Zip(reasons))
            {
                var (kind, request) = action!.AsObject().Single();
                if (reason!["Code"]!.GetValue<string>() == "None" && kind is "Put" or "Update" or "Delete") peer.Call(kind + "Item", request!.ToJsonString());
            }

            return answer;
        }
    }

    private sealed class RemovesFirst(IPeer peer) : IPeer
    {
        public WireAnswer Call(string operation, string body)
        {
            if (operation != "UpdateItem" || JsonNode.Parse(body) is not JsonObject request || request["UpdateExpression"]?.GetValue<string>() is not { } update || request.ContainsKey("ConditionExpression")) return peer.Call(operation, body);
            var sections = Regex.Split(update, @" (?=SET |REMOVE |ADD |DELETE )", RegexOptions.ExplicitCapture, Patience);
            var removes = sections.Where(static section => section.StartsWith("REMOVE ", StringComparison.Ordinal)).ToArray();
            if (removes.Length != 1 || sections.Length == 1) return peer.Call(operation, body);
            var first = Part(request, removes[0]);
            first.Remove("ReturnValues");
            peer.Call(operation, first.ToJsonString());
            return peer.Call(operation, Part(request, string.Join(' ', sections.Except(removes))).ToJsonString());
        }

        private static JsonObject Part(JsonObject request, string update)
        {
            var part = request.DeepClone().AsObject();
            part["UpdateExpression"] = update;
            WithUsedPlaceholders(part);
            return part;
        }
    }
}
