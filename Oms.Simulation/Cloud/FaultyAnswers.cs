using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Oms.LocalAws.Proxy;
using Oms.Simulation.Faults;

namespace Oms.Simulation.Cloud;

/// <summary>Refusals in the words of the service that makes them.</summary>
internal static class FaultyAnswers
{
    public static AwsAnswer Of(OutgoingCall call, Fault fault) => call.Aws is not { } aws
        ? new AwsAnswer(fault == Fault.Down ? 503 : 500, "application/json", """{"error":{"type":"api_error","code":"internal_error","message":"Something went wrong on the gateway's end."}}"""u8.ToArray())
        : (aws.Service, fault) switch
        {
            (_, Fault.Down) => AwsErrors.Of(aws, 503, "ServiceUnavailable", "Service is unavailable"),
            (AwsService.DynamoDb, Fault.Throttle) => AwsErrors.Of(aws, 400, "ProvisionedThroughputExceededException", "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."),
            (AwsService.Sqs, Fault.Throttle) => AwsErrors.Of(aws, 400, "RequestThrottled", "Request is throttled."),
            (_, Fault.Throttle) => AwsErrors.Of(aws, 400, "Throttling", "Rate exceeded"),
            (AwsService.DynamoDb, Fault.Conflict) when aws.Operation == "TransactWriteItems" => Cancelled(aws),
            (AwsService.DynamoDb, Fault.Conflict) => AwsErrors.Of(aws, 400, "TransactionConflictException", "Transaction is ongoing for the item"),
            (AwsService.DynamoDb, _) => AwsErrors.Of(aws, 500, "InternalServerError", "Internal server error"),
            _ => AwsErrors.Of(aws, 500, "InternalError", "We encountered an internal error. Please try again."),
        };

    /// <summary>Another transaction holds the last item of this one.</summary>
    private static AwsAnswer Cancelled(AwsCall call)
    {
        var count = call.Json.GetProperty("TransactItems").GetArrayLength();
        var codes = Enumerable.Repeat("None", count - 1).Append("TransactionConflict").ToList();
        var body = new JsonObject
        {
            ["__type"] = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            ["Message"] = $"Transaction cancelled, please refer cancellation reasons for specific reasons [{string.Join(", ", codes)}]",
            ["CancellationReasons"] = new JsonArray([.. codes.Select(static code => code == "None"
                ? new JsonObject { ["Code"] = code }
                : new JsonObject { ["Code"] = code, ["Message"] = "Transaction is ongoing for the item" })]),
        };
        return new AwsAnswer(400, "application/x-amz-json-1.0", Encoding.UTF8.GetBytes(body.ToJsonString()));
    }

    /// <summary>The call without its last entry, where it has more than one: what a service that takes only a part works on.</summary>
    public static AwsCall? WithoutLast(AwsCall call)
    {
        if (call.Service == AwsService.Sns)
        {
            var fields = OutgoingCall.Form(call.Body);
            var last = fields.Keys.Where(static name => name.StartsWith("PublishBatchRequestEntries.member.", StringComparison.Ordinal)).Select(static name => int.Parse(name.Split('.')[2], System.Globalization.CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();
            return last < 2 ? null : new AwsCall(call.Caller, call.Service, call.Operation, Encoding.UTF8.GetBytes(string.Join('&', fields
                .Where(field => !field.Key.StartsWith($"PublishBatchRequestEntries.member.{last}.", StringComparison.Ordinal))
                .Select(static field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"))));
        }

        var body = JsonNode.Parse(call.Body.Span)!.AsObject();
        var list = call.Operation == "BatchGetItem" ? body["RequestItems"]!.AsObject().First().Value!["Keys"]!.AsArray() : body["Entries"]!.AsArray();
        if (list.Count < 2)
        {
            return null;
        }

        list.RemoveAt(list.Count - 1);
        return new AwsCall(call.Caller, call.Service, call.Operation, JsonSerializer.SerializeToUtf8Bytes(body));
    }

    /// <summary>The answer to that part, naming the entry that was left out.</summary>
    public static AwsAnswer WithRest(AwsCall whole, AwsAnswer part)
    {
        if (!part.IsSuccess)
        {
            return part;
        }

        if (whole.Service == AwsService.Sns)
        {
            var fields = OutgoingCall.Form(whole.Body);
            var id = fields.Where(static field => field.Key.EndsWith(".Id", StringComparison.Ordinal)).Select(static field => field.Value).Last();
            var failure = $"<member><Id>{id}</Id><Code>InternalError</Code><Message>We encountered an internal error</Message><SenderFault>false</SenderFault></member>";
            var xml = Encoding.UTF8.GetString(part.Body.Span);
            var changed = xml.Contains("<Failed/>", StringComparison.Ordinal) ? xml.Replace("<Failed/>", $"<Failed>{failure}</Failed>", StringComparison.Ordinal)
                : xml.Contains("</Failed>", StringComparison.Ordinal) ? xml.Replace("</Failed>", failure + "</Failed>", StringComparison.Ordinal)
                : xml.Replace("</PublishBatchResult>", $"<Failed>{failure}</Failed></PublishBatchResult>", StringComparison.Ordinal);
            return part with { Body = Encoding.UTF8.GetBytes(changed) };
        }

        var body = JsonNode.Parse(part.Body.Span)!.AsObject();
        if (whole.Operation == "BatchGetItem")
        {
            var table = whole.Json.GetProperty("RequestItems").EnumerateObject().First();
            var rest = JsonNode.Parse(table.Value.GetRawText())!.AsObject();
            rest["Keys"] = new JsonArray(rest["Keys"]!.AsArray()[^1]!.DeepClone());
            body["UnprocessedKeys"] = new JsonObject { [table.Name] = rest };
        }
        else
        {
            var id = whole.Json.GetProperty("Entries").EnumerateArray().Last().GetProperty("Id").GetString();
            body["Failed"] = new JsonArray(new JsonObject { ["Id"] = id, ["Code"] = "InternalError", ["Message"] = "We encountered an internal error.", ["SenderFault"] = false });
        }

        return part with { Body = JsonSerializer.SerializeToUtf8Bytes(body) };
    }
}
