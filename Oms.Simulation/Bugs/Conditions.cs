using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Oms.LocalAws.Proxy;

namespace Oms.Simulation.Bugs;

/// <summary>The conditions of calls to DynamoDB as they pass by: which there are, and how a call looks without one clause of its.</summary>
internal static partial class Conditions
{
    /// <summary>The clauses of a call's conditions.</summary>
    public static IEnumerable<ConditionClause> Of(AwsCall call) =>
        Writes(call).Where(static write => write.Expression is not null).SelectMany(static write => ClausesOf(write.Site, write.Expression!));

    /// <summary>Those of them that the answer says did not hold.</summary>
    public static IEnumerable<ConditionClause> Refused(AwsCall call, AwsAnswer answer)
    {
        if (answer.IsSuccess || call.Service != AwsService.DynamoDb)
        {
            return [];
        }

        using var json = JsonDocument.Parse(answer.Body);
        var refused = json.RootElement.TryGetProperty("CancellationReasons", out var reasons)
            ? reasons.EnumerateArray().Select(static reason => reason.GetProperty("Code").GetString() == "ConditionalCheckFailed").ToList()
            : [json.RootElement.GetProperty("__type").GetString()!.EndsWith("ConditionalCheckFailedException", StringComparison.Ordinal)];
        return [.. Writes(call).Zip(refused).Where(static write => write.Second && write.First.Expression is not null).SelectMany(static write => ClausesOf(write.First.Site, write.First.Expression!))];
    }

    /// <summary>The call without that clause, wherever it stands in it; the very same where it does not.</summary>
    public static AwsCall Without(AwsCall call, ConditionClause clause)
    {
        if (!Writes(call).Any(write => write.Site == clause.Site && write.Expression == clause.Expression))
        {
            return call;
        }

        var body = JsonNode.Parse(call.Body.Span)!.AsObject();
        foreach (var (site, action) in Actions(call, body))
        {
            if (site == clause.Site && action["ConditionExpression"]?.GetValue<string>() == clause.Expression)
            {
                action.Remove("ConditionExpression");
                if (clause.Left is { } left)
                {
                    action["ConditionExpression"] = left;
                }

                RemoveUnused(action);
            }
        }

        return new AwsCall(call.Caller, call.Service, call.Operation, JsonSerializer.SerializeToUtf8Bytes(body));
    }

    private static IEnumerable<ConditionClause> ClausesOf(string site, string expression) =>
        ConditionTree.Read(expression).WithoutEach().Select(part => new ConditionClause(site, expression, part.Clause, part.Left, part.IsWeaker));

    private static IEnumerable<(string Site, string? Expression)> Writes(AwsCall call)
    {
        if (call.Service != AwsService.DynamoDb)
        {
            yield break;
        }

        if (call.Operation is "PutItem" or "UpdateItem" or "DeleteItem")
        {
            yield return Read(call, call.Operation, call.Json);
        }
        else if (call.Operation == "TransactWriteItems")
        {
            foreach (var entry in call.Json.GetProperty("TransactItems").EnumerateArray())
            {
                var action = entry.EnumerateObject().First();
                yield return Read(call, "TransactWriteItems " + action.Name, action.Value);
            }
        }
    }

    private static (string Site, string? Expression) Read(AwsCall call, string operation, JsonElement action)
    {
        var item = action.TryGetProperty("Key", out var key) ? key : action.GetProperty("Item");
        var (pk, sk) = (item.GetProperty("pk").GetProperty("S").GetString()!, item.GetProperty("sk").GetProperty("S").GetString()!);
        return (SiteOf(call, operation, action.GetProperty("TableName").GetString()!, pk, sk), action.TryGetProperty("ConditionExpression", out var expression) ? expression.GetString() : null);
    }

    private static IEnumerable<(string Site, JsonObject Action)> Actions(AwsCall call, JsonObject body)
    {
        var actions = call.Operation == "TransactWriteItems"
            ? body["TransactItems"]!.AsArray().Select(static entry => entry!.AsObject().First()).Select(static action => ("TransactWriteItems " + action.Key, action.Value!.AsObject()))
            : [(call.Operation, body)];
        foreach (var (operation, action) in actions)
        {
            var item = (action["Key"] ?? action["Item"])!;
            yield return (SiteOf(call, operation, action["TableName"]!.GetValue<string>(), item["pk"]!["S"]!.GetValue<string>(), item["sk"]!["S"]!.GetValue<string>()), action);
        }
    }

    /// <summary>The kind of an item is the first word of its sort key; stock rows are told by their partition key.</summary>
    private static string SiteOf(AwsCall call, string operation, string table, string pk, string sk) =>
        $"{call.Caller} {operation} {table} {(pk.StartsWith("stock/", StringComparison.Ordinal) ? "stock" : sk.Split('#', '/')[0])}";

    /// <summary>DynamoDB refuses names and values that no expression uses.</summary>
    private static void RemoveUnused(JsonObject action)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in (ReadOnlySpan<string>)["ConditionExpression", "UpdateExpression"])
        {
            used.UnionWith(Placeholder().Matches(action[name]?.GetValue<string>() ?? "").Select(static match => match.Value));
        }

        foreach (var name in (ReadOnlySpan<string>)["ExpressionAttributeNames", "ExpressionAttributeValues"])
        {
            if (action[name] is not JsonObject given)
            {
                continue;
            }

            foreach (var unused in given.Select(static entry => entry.Key).Where(key => !used.Contains(key)).ToList())
            {
                given.Remove(unused);
            }

            if (given.Count == 0)
            {
                action.Remove(name);
            }
        }
    }

    [GeneratedRegex("[:#][A-Za-z0-9_]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
