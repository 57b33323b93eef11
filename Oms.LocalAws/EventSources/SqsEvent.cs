using System.Buffers;
using System.Text.Json;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.EventSources;

/// <summary>
/// A batch of messages as the function gets it.
/// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
/// </summary>
internal static class SqsEvent
{
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<JsonElement> messages, string queueArn)
    {
        var buffer = new ArrayBufferWriter<byte>(1024 * messages.Count);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("Records");
            foreach (var message in messages) Write(json, message, queueArn);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, JsonElement message, string queueArn)
    {
        json.WriteStartObject();
        json.WriteString("messageId", message.GetProperty("MessageId").GetString());
        json.WriteString("receiptHandle", message.GetProperty("ReceiptHandle").GetString());
        json.WriteString("body", message.GetProperty("Body").GetString());
        json.WritePropertyName("attributes");
        if (message.TryGetProperty("Attributes", out var attributes)) attributes.WriteTo(json);
        else json.WriteRawValue("{}");
        json.WriteStartObject("messageAttributes");
        if (message.TryGetProperty("MessageAttributes", out var messageAttributes))
            foreach (var attribute in messageAttributes.EnumerateObject()) Write(json, attribute);
        json.WriteEndObject();
        json.WriteString("md5OfBody", message.GetProperty("MD5OfBody").GetString());
        if (message.TryGetProperty("MD5OfMessageAttributes", out var md5)) json.WriteString("md5OfMessageAttributes", md5.GetString());
        json.WriteString("eventSource", "aws:sqs");
        json.WriteString("eventSourceARN", queueArn);
        json.WriteString("awsRegion", LocalTemplate.Region);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, JsonProperty attribute)
    {
        json.WriteStartObject(attribute.Name);
        if (attribute.Value.TryGetProperty("StringValue", out var text)) json.WriteString("stringValue", text.GetString());
        if (attribute.Value.TryGetProperty("BinaryValue", out var binary)) json.WriteString("binaryValue", binary.GetString());
        json.WriteStartArray("stringListValues");
        json.WriteEndArray();
        json.WriteStartArray("binaryListValues");
        json.WriteEndArray();
        json.WriteString("dataType", attribute.Value.GetProperty("DataType").GetString());
        json.WriteEndObject();
    }
}
