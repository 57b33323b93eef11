using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Gateway;

/// <summary>What a function receives for a request: payload format 2.0.</summary>
/// <remarks>https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html</remarks>
internal sealed record HttpApiEvent(
    LocalHttpApi Api,
    RouteMatch Match,
    AuthorizedToken? Token,
    RequestTarget Target,
    string Method,
    string Protocol,
    string SourceIp,
    string DomainName,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    ReadOnlyMemory<byte> Body,
    string RequestId,
    DateTimeOffset Time)
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ReadOnlyMemory<byte> ToPayload()
    {
        var buffer = new ArrayBufferWriter<byte>(Body.Length + 4096);
        using var json = new Utf8JsonWriter(buffer, Compact);
        json.WriteStartObject();
        json.WriteString("version", "2.0");
        json.WriteString("routeKey", Match.Route.RouteKey);
        json.WriteString("rawPath", Target.Path);
        json.WriteString("rawQueryString", Target.RawQueryString);
        WriteCookies(json);
        WriteMap(json, "headers", Headers.Where(h => h.Key != "cookie"));
        if (Target.Query() is { Count: > 0 } query)
            WriteMap(json, "queryStringParameters", query);
        WriteContext(json);
        var text = WriteBody(json);
        if (Match.PathParameters.Count > 0)
            WriteMap(json, "pathParameters", Match.PathParameters);
        json.WriteBoolean("isBase64Encoded", !text);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private void WriteCookies(Utf8JsonWriter json)
    {
        var cookies = Headers.Where(h => h.Key == "cookie")
            .SelectMany(h => h.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        if (cookies.Count > 0)
            WriteList(json, "cookies", cookies);
    }

    private void WriteContext(Utf8JsonWriter json)
    {
        json.WriteStartObject("requestContext");
        json.WriteString("accountId", LocalTemplate.Account);
        json.WriteString("apiId", Api.ApiId);
        if (Token is not null)
        {
            json.WriteStartObject("authorizer");
            json.WriteStartObject("jwt");
            WriteMap(json, "claims", Token.Claims);
            // Null, not empty, where the route asks for no scope.
            if (Match.Route.Scopes.Count == 0)
                json.WriteNull("scopes");
            else
                WriteList(json, "scopes", Token.Scopes);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteString("domainName", DomainName);
        json.WriteString("domainPrefix", DomainName.Split('.')[0]);
        json.WriteStartObject("http");
        json.WriteString("method", Method);
        json.WriteString("path", Target.Path);
        json.WriteString("protocol", Protocol);
        json.WriteString("sourceIp", SourceIp);
        json.WriteString("userAgent", Header("user-agent") ?? "");
        json.WriteEndObject();
        json.WriteString("requestId", RequestId);
        json.WriteString("routeKey", Match.Route.RouteKey);
        json.WriteString("stage", Api.Stage.Name);
        json.WriteString("time", Time.UtcDateTime.ToString("dd/MMM/yyyy:HH:mm:ss +0000", CultureInfo.InvariantCulture));
        json.WriteNumber("timeEpoch", Time.ToUnixTimeMilliseconds());
        json.WriteEndObject();
    }

    /// <summary>Text for the media types that AWS takes as text, base64 for all others; says whether it was text.</summary>
    private bool WriteBody(Utf8JsonWriter json)
    {
        if (Body.Length == 0)
            return true;
        // Bytes that are no UTF-8 cannot stand in a JSON string; base64 hands them on unchanged.
        var text = IsText(Header("content-type")) && Utf8.IsValid(Body.Span);
        if (text)
            json.WriteString("body", Body.Span);
        else
            json.WriteBase64String("body", Body.Span);
        return text;
    }

    private static bool IsText(string? contentType)
    {
        if (contentType is null || !MediaTypeHeaderValue.TryParse(contentType, out var parsed) || parsed.MediaType is not { } type)
            return false;
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.ToLowerInvariant() is "application/json" or "application/xml" or "application/javascript";
    }

    private string? Header(string name) => Headers.FirstOrDefault(h => h.Key == name).Value;

    private static void WriteMap(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> entries)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in entries)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            json.WriteStringValue(item);
        json.WriteEndArray();
    }
}
