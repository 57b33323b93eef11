using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Oms.LocalAws.Proxy;

/// <summary>JSON of AWS's services. DynamoDB's 32 levels of lists and maps are two levels of JSON each, and stand inside of requests, answers and stream records.</summary>
internal static class AwsJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128 };

    /// <exception cref="JsonException">It is no JSON, or too deep.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json) => JsonDocument.Parse(json, Options);

    /// <exception cref="JsonException">It is no JSON, or too deep.</exception>
    public static JsonObject Object(ReadOnlySpan<byte> json) => JsonNode.Parse(json, documentOptions: Options)!.AsObject();

    /// <summary>What somebody sent: all its texts can be read.</summary>
    /// <exception cref="JsonException">It is no JSON, too deep, or holds half of a surrogate pair.</exception>
    public static JsonDocument ParseSent(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span)) throw new JsonException("The body is no UTF-8.");
        if (json.Span.IndexOf("\\u"u8) >= 0) RequireUnicode(json.Span);
        return Parse(json);
    }

    private static void RequireUnicode(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped) reader.GetString();
            }
        }
        catch (InvalidOperationException half)
        {
            throw new JsonException(half.Message, half);
        }
    }
}
