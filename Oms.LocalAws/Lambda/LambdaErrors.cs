using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Oms.LocalAws.Lambda;

/// <summary>Error documents in the words of the Lambda service.</summary>
internal static class LambdaErrors
{
    public static string TimedOut(string requestId, TimeSpan after) =>
        string.Create(CultureInfo.InvariantCulture, $"RequestId: {requestId} Error: Task timed out after {after.TotalSeconds:0.00} seconds");

    public static string Exited(string requestId) => $"RequestId: {requestId} Error: Runtime exited without providing a reason";

    public static ReadOnlyMemory<byte> Document(string errorType, string errorMessage)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("errorType", errorType);
            json.WriteString("errorMessage", errorMessage);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Type and message of the document that a runtime posts; anything else is named by its header or not at all.</summary>
    public static (string Type, string Message) Read(ReadOnlyMemory<byte> document, string? headerType)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return (Text(json.RootElement, "errorType") ?? headerType ?? "Unhandled", Text(json.RootElement, "errorMessage") ?? "");
        }
        catch (JsonException)
        {
            // The runtime may post anything; the invocation has failed all the same.
        }

        return (headerType ?? "Unhandled", "the runtime reported an error without a readable document");
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
