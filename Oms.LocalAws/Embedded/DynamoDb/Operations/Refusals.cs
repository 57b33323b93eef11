using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>Errors that are no bugs of the caller: conditions that do not hold.</summary>
internal static class Refusals
{
    private const string Failed = "The conditional request failed";
    private const string Service = "com.amazonaws.dynamodb.v20120810#";

    public static OperationResult ConditionFailed(Utf8JsonWriter json, AttributeMap? item)
    {
        json.WriteString("__type", Service + "ConditionalCheckFailedException");
        if (item is not null) AttributeWriter.Item(json, "Item", item);
        json.WriteString("message", Failed);
        return OperationResult.Refused;
    }

    public static CancellationReason ConditionFailed(AttributeMap? item) => new("ConditionalCheckFailed", Failed, item);

    /// <summary>
    /// One reason for each action, in the order of the request.
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
    /// </summary>
    public static OperationResult Cancelled(Utf8JsonWriter json, IReadOnlyList<CancellationReason> reasons)
    {
        json.WriteString("__type", Service + "TransactionCanceledException");
        json.WriteStartArray("CancellationReasons");
        foreach (var reason in reasons)
        {
            json.WriteStartObject();
            json.WriteString("Code", reason.Code);
            if (reason.Item is { } item) AttributeWriter.Item(json, "Item", item);
            if (reason.Message is { } message) json.WriteString("Message", message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("Message", $"Transaction cancelled, please refer cancellation reasons for specific reasons [{string.Join(", ", reasons.Select(static reason => reason.Code))}]");
        return OperationResult.Refused;
    }
}
