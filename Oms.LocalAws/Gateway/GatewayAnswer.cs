using System.Text;
using System.Text.Json;

namespace Oms.LocalAws.Gateway;

/// <summary>A response as it goes to the client.</summary>
internal sealed record GatewayAnswer(
    int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, IReadOnlyList<string> Cookies, ReadOnlyMemory<byte> Body)
{
    private const string PlainText = "text/plain;charset=UTF-8";

    // What the gateway itself says has AWS's own bodies.
    public static readonly GatewayAnswer NotFound = Own(404, "Not Found");
    public static readonly GatewayAnswer TooLarge = Own(413, "Request Entity Too Large");
    public static readonly GatewayAnswer TooManyRequests = Own(429, "Too Many Requests");
    public static readonly GatewayAnswer InternalError = Own(500, "Internal Server Error");
    public static readonly GatewayAnswer Unavailable = Own(503, "Service Unavailable");
    public static readonly GatewayAnswer IntegrationTimeout = Own(504, "Endpoint request timed out");

    public static GatewayAnswer Unauthorized(string challenge) => Own(401, "Unauthorized", challenge);

    public static GatewayAnswer Forbidden(string challenge) => Own(403, "Forbidden", challenge);

    /// <summary>Reads what a function returned, in format 2.0; null when it makes no sense, which the gateway answers with 500.</summary>
    public static GatewayAnswer? FromFunction(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("statusCode", out var status))
            {
                // Without a status code the response is the body itself.
                var body = root.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(root.GetString()!) : payload.ToArray();
                return new(200, [KeyValuePair.Create("content-type", "application/json")], [], body);
            }

            return status.ValueKind == JsonValueKind.Number && status.TryGetInt32(out var code) && code is >= 200 and <= 599
                ? new(code, ReadHeaders(root), ReadCookies(root), ReadBody(root))
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static List<KeyValuePair<string, string>> ReadHeaders(JsonElement root)
    {
        var headers = root.TryGetProperty("headers", out var given) && given.ValueKind == JsonValueKind.Object
            ? given.EnumerateObject().Select(h => KeyValuePair.Create(h.Name, h.Value.ToString())).ToList()
            : [];
        if (!headers.Any(h => h.Key.Equals("content-type", StringComparison.OrdinalIgnoreCase)) && root.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.String)
            headers.Add(KeyValuePair.Create("content-type", PlainText));
        return headers;
    }

    private static List<string> ReadCookies(JsonElement root) =>
        root.TryGetProperty("cookies", out var cookies) && cookies.ValueKind == JsonValueKind.Array
            ? [.. cookies.EnumerateArray().Select(c => c.GetString() ?? throw new FormatException("a cookie is no string"))]
            : [];

    private static byte[] ReadBody(JsonElement root)
    {
        if (!root.TryGetProperty("body", out var body) || body.ValueKind == JsonValueKind.Null)
            return [];
        var encoded = root.TryGetProperty("isBase64Encoded", out var flag) && flag.ValueKind == JsonValueKind.True;
        return encoded ? body.GetBytesFromBase64() : Encoding.UTF8.GetBytes(body.GetString()!);
    }

    private static GatewayAnswer Own(int status, string message, string? challenge = null) => new(
        status,
        [
            KeyValuePair.Create("content-type", "application/json"),
            .. challenge is null ? Array.Empty<KeyValuePair<string, string>>() : [KeyValuePair.Create("www-authenticate", challenge)],
        ],
        [],
        Encoding.UTF8.GetBytes($$"""{"message":"{{message}}"}"""));
}
