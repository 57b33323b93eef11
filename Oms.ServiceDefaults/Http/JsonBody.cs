using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Oms.ServiceDefaults.Http;

/// <summary>Reads request bodies strictly: malformed is 400, a wrong shape is 422 with a JSON pointer.</summary>
public static class JsonBody
{
    public const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Checks the headers and the size before a byte is read.</summary>
    /// <returns>413, 415, or null where the body may be read.</returns>
    public static Problem? Check(ApiRequest request, int maxBytes)
    {
        if (request.Body.Length > maxBytes)
        {
            return new Problem(413, "body-too-large", "The body is too large", $"The body has {request.Body.Length} bytes; this route takes {maxBytes}.");
        }

        var type = request.Header("content-type")?.Split(';')[0].Trim();
        return type is not null && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
            ? null
            : new Problem(415, "unsupported-media-type", "The content type is not supported", "Send Content-Type: application/json.");
    }

    /// <summary>Parses strictly: no duplicate keys, no trailing data, valid UTF-8, at most <see cref="MaxDepth"/> levels.</summary>
    public static (JsonDocument? Document, Problem? Refusal) Parse(ReadOnlyMemory<byte> body)
    {
        // The parser looks into texts only when they are asked for.
        if (!Utf8.IsValid(body.Span))
        {
            return (null, Problem.Malformed("The body is not valid UTF-8."));
        }

        try
        {
            return (JsonDocument.Parse(body, Strict), null);
        }
        catch (JsonException fault)
        {
            return (null, Problem.Malformed($"The body is not valid JSON (line {fault.LineNumber + 1 ?? 1}, byte {fault.BytePositionInLine ?? 0})."));
        }
    }

    /// <summary>Reads <typeparamref name="T"/>, whose JSON metadata should disallow unmapped members; then an unknown property is 400 and a value of the wrong kind 422.</summary>
    public static (T? Value, Problem? Refusal) Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        var (document, refusal) = Parse(body);
        using (document)
        {
            if (refusal is not null)
            {
                return (null, refusal);
            }

            if (document!.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, Problem.Malformed("The body must be a JSON object."));
            }

            try
            {
                return (document.Deserialize(type), null);
            }
            catch (JsonException fault)
            {
                return (null, UnknownIn(document.RootElement, type, "") is { } unknown
                    ? Problem.UnknownProperty(unknown)
                    : Problem.Invalid(new FieldError(PointerOf(fault.Path), "has a value of the wrong kind or lacks a required property")));
            }
            catch (Exception fault) when (fault is FormatException or OverflowException or InvalidOperationException)
            {
                return (null, Problem.Invalid(new FieldError("", "has a value that is out of range or not valid text")));
            }
        }
    }

    /// <summary>The parser's own path to an unknown member cannot be read back where the name holds dots, brackets or quotes.</summary>
    private static string? UnknownIn(JsonElement element, JsonTypeInfo type, string at) => (type.Kind, element.ValueKind) switch
    {
        (JsonTypeInfoKind.Object, JsonValueKind.Object) => element.EnumerateObject()
            .Select(member => (member.Value, Pointer: $"{at}/{member.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", Known: type.Properties.FirstOrDefault(property => property.Name == member.Name)))
            .Select(member => member.Known is { } known ? UnknownIn(member.Value, type.Options.GetTypeInfo(known.PropertyType), member.Pointer) : member.Pointer)
            .FirstOrDefault(static pointer => pointer is not null),
        (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) => element.EnumerateArray()
            .Select((entry, index) => UnknownIn(entry, type.Options.GetTypeInfo(type.ElementType!), string.Create(CultureInfo.InvariantCulture, $"{at}/{index}")))
            .FirstOrDefault(static pointer => pointer is not null),
        _ => null,
    };

    /// <summary>"$.lines[0].quantity" → "/lines/0/quantity".</summary>
    internal static string PointerOf(string? path)
    {
        if (path is null or "$")
        {
            return "";
        }

        return path.AsSpan().StartsWith("$") ? path[1..].Replace("['", "/", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal).Replace('.', '/').Replace('[', '/').Replace("]", "", StringComparison.Ordinal) : path;
    }
}
