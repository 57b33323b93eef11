using System.Text.Json;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Proxy;

/// <summary>One action on one resource, as IAM would check it.</summary>
public readonly record struct RequiredAccess(string Action, string Resource)
{
    private const string Arn = $"{LocalTemplate.Region}:{LocalTemplate.Account}";

    /// <summary>What a call needs: transactions need the action of each of their items, batches of messages that of one message.</summary>
    public static IReadOnlyList<RequiredAccess> Of(AwsCall call) => call.Service switch
    {
        AwsService.DynamoDb => [.. DynamoDb(call).Distinct()],
        AwsService.DynamoDbStreams => [Stream(call)],
        AwsService.Sqs => [Sqs(call)],
        AwsService.Sns => [Sns(call)],
        _ => throw new NotSupportedException($"no permission rule for {call.Service}"),
    };

    private static IEnumerable<RequiredAccess> DynamoDb(AwsCall call)
    {
        var body = call.Json;
        switch (call.Operation)
        {
            // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
            case "TransactWriteItems" or "TransactGetItems":
                foreach (var item in body.GetProperty("TransactItems").EnumerateArray())
                    foreach (var action in item.EnumerateObject())
                        yield return new($"dynamodb:{ItemAction(action.Name)}", Table(action.Value));
                break;
            case "BatchGetItem" or "BatchWriteItem":
                if (body.TryGetProperty("RequestItems", out var tables))
                    foreach (var table in tables.EnumerateObject())
                        yield return new($"dynamodb:{call.Operation}", TableArn(table.Name));
                break;
            case "ExecuteStatement" or "BatchExecuteStatement" or "ExecuteTransaction":
                throw new NotSupportedException("PartiQL calls name their tables inside statements, which the permission check does not read");
            default:
                yield return new($"dynamodb:{call.Operation}", body.TryGetProperty("TableName", out _) ? Table(body) : "*");
                break;
        }
    }

    private static string ItemAction(string action) => action switch
    {
        "ConditionCheck" => "ConditionCheckItem",
        _ => $"{action}Item",
    };

    private static string Table(JsonElement of)
    {
        var arn = TableArn(Text(of, "TableName") ?? "");
        return Text(of, "IndexName") is { } index ? $"{arn}/index/{index}" : arn;
    }

    private static string TableArn(string table) => $"arn:aws:dynamodb:{Arn}:table/{TableName(table)}";

    /// <summary>A table may be given by name or by ARN, a stream or an iterator begins with the ARN of its table.</summary>
    internal static string TableName(string nameOrArn)
    {
        const string marker = ":table/";
        var at = nameOrArn.IndexOf(marker, StringComparison.Ordinal);
        return at < 0 ? nameOrArn : nameOrArn[(at + marker.Length)..].Split('/')[0];
    }

    private static RequiredAccess Stream(AwsCall call)
    {
        var named = Text(call.Json, "StreamArn") ?? Text(call.Json, "ShardIterator");
        return new(
            $"dynamodb:{call.Operation}",
            named is null || call.Operation == "ListStreams" ? "*" : $"{TableArn(named)}/stream/{LocalTable.LocalStreamLabel}");
    }

    private static RequiredAccess Sqs(AwsCall call)
    {
        var action = call.Operation.EndsWith("Batch", StringComparison.Ordinal) ? call.Operation[..^"Batch".Length] : call.Operation;
        var queue = (Text(call.Json, "QueueUrl") ?? Text(call.Json, "QueueName"))?.Split('/')[^1];
        return new($"sqs:{action}", queue is null ? "*" : $"arn:aws:sqs:{Arn}:{queue}");
    }

    private static RequiredAccess Sns(AwsCall call)
    {
        var action = call.Operation == "PublishBatch" ? "Publish" : call.Operation;
        return new($"sns:{action}", call.Form("TopicArn") ?? call.Form("TargetArn") ?? call.Form("PhoneNumber") ?? "*");
    }

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
