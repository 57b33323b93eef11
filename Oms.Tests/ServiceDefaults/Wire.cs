using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Oms.Contracts;
using Oms.ServiceDefaults;

namespace Oms.Tests.ServiceDefaults;

/// <summary>Lambda events as JSON, and what roles answer to them.</summary>
internal static class Wire
{
    public const string InvocationId = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

    public static string Body(StockEvent fact) => JsonSerializer.Serialize(fact, ContractsJson.Default.StockEvent);

    public static string Body(OrderEvent fact) => JsonSerializer.Serialize(fact, ContractsJson.Default.OrderEvent);

    public static JsonObject Sqs(string id, string body, int receives = 1) => new()
    {
        ["messageId"] = id,
        ["receiptHandle"] = "handle-" + id,
        ["body"] = body,
        ["attributes"] = new JsonObject { ["ApproximateReceiveCount"] = receives.ToString(System.Globalization.CultureInfo.InvariantCulture) },
        ["eventSource"] = "aws:sqs",
    };

    public static JsonObject Change(string sequence, JsonObject? newImage) => new()
    {
        ["eventName"] = newImage is null ? "REMOVE" : "MODIFY",
        ["dynamodb"] = newImage is null ? new JsonObject { ["SequenceNumber"] = sequence } : new JsonObject { ["SequenceNumber"] = sequence, ["NewImage"] = newImage },
    };

    /// <returns>The identifiers of the batch item failures.</returns>
    public static async Task<IReadOnlyList<string>> HandleAsync(IFunctionRole role, params JsonObject[] records)
    {
        using var answer = JsonDocument.Parse(await SendAsync(role, new JsonObject { ["Records"] = new JsonArray(records) }));
        return [.. answer.RootElement.GetProperty("batchItemFailures").EnumerateArray().Select(static failure => failure.GetProperty("itemIdentifier").GetString()!)];
    }

    public static async Task<string> SendAsync(IFunctionRole role, JsonObject lambdaEvent)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(lambdaEvent.ToJsonString()));
        using var output = await role.HandleAsync(input, new Invocation(InvocationId, TestContext.Current.CancellationToken));
        using var reader = new StreamReader(output);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
