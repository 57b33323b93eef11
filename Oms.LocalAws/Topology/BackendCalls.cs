using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Topology;

/// <summary>The calls that create things, in AWS's own protocols; the backends check no signature, only its form.</summary>
internal sealed class BackendCalls(HttpClient http, BackendEndpoints endpoints)
{
    public Task<JsonNode> DynamoDbAsync(string operation, JsonObject body, CancellationToken cancel) =>
        JsonAsync(endpoints.DynamoDb, "dynamodb", $"DynamoDB_20120810.{operation}", body, cancel);

    public Task<JsonNode> SqsAsync(string operation, JsonObject body, CancellationToken cancel) =>
        JsonAsync(endpoints.Messaging, "sqs", $"AmazonSQS.{operation}", body, cancel);

    public async Task<XElement> SnsAsync(string action, IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancel)
    {
        using var content = new FormUrlEncodedContent(
            [KeyValuePair.Create("Action", action), KeyValuePair.Create("Version", "2010-03-31"), .. parameters]);
        var (ok, text) = await SendAsync(endpoints.Messaging, "sns", content, null, cancel);
        var answer = Xml(action, text);
        return ok ? answer : throw new BackendCallException(
            $"SNS {action}", answer.Descendants().FirstOrDefault(e => e.Name.LocalName == "Code")?.Value ?? "Unknown", text);
    }

    private async Task<JsonNode> JsonAsync(Uri endpoint, string service, string target, JsonObject body, CancellationToken cancel)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        var (ok, text) = await SendAsync(endpoint, service, content, target, cancel);
        JsonNode answer;
        try
        {
            answer = JsonNode.Parse(text.Length == 0 ? "{}" : text)!;
        }
        catch (JsonException e)
        {
            throw new BackendCallException(target, "NotJson", text, e);
        }

        return ok ? answer : throw new BackendCallException(target, ErrorCode(answer), text);
    }

    private async Task<(bool Ok, string Text)> SendAsync(Uri endpoint, string service, HttpContent content, string? target, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = content };
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential=local/20200101/{LocalTemplate.Region}/{service}/aws4_request, SignedHeaders=host, Signature=0");
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20200101T000000Z");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypeNames.Application.Json));
        if (target is not null)
            request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        using var response = await http.SendAsync(request, cancel);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            throw new HttpRequestException($"{endpoint} answers 503: it is still starting", inner: null, response.StatusCode); // the embedded backend reads its journal
        return (response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(cancel));
    }

    private static string ErrorCode(JsonNode answer) =>
        answer["__type"]?.GetValue<string>() is { } type ? type[(type.LastIndexOf('#') + 1)..] : "Unknown";

    private static XElement Xml(string action, string text)
    {
        try
        {
            return XElement.Parse(text);
        }
        catch (XmlException e)
        {
            throw new BackendCallException($"SNS {action}", "NotXml", text, e);
        }
    }
}
