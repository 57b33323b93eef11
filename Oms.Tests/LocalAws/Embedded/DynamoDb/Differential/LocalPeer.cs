using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>DynamoDB Local, over HTTP.</summary>
internal sealed class LocalPeer(Uri url) : IPeer, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public WireAnswer Call(string operation, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.TryAddWithoutValidation("x-amz-target", $"{(EnginePeer.IsStreams(operation) ? "DynamoDBStreams" : "DynamoDB")}_20120810.{operation}");
        request.Headers.TryAddWithoutValidation("authorization", "AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0");
        using var response = _http.Send(request);
        using var stream = response.Content.ReadAsStream();
        return new((int)response.StatusCode, JsonNode.Parse(stream)!.AsObject());
    }

    public void Dispose() => _http.Dispose();
}
