using System.Net;
using System.Net.Http.Headers;

namespace Oms.LocalAws.Proxy;

/// <summary>Sends calls on to DynamoDB and to the messaging backend, over connections that stay open.</summary>
internal sealed class BackendClient : IDisposable
{
    private readonly Uri _dynamoDb;
    private readonly Uri _messaging;

    /// <summary>The backends close idle connections after 30 s; leaving earlier avoids sending a write into a closing one.</summary>
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public BackendClient(Uri dynamoDb, Uri messaging)
    {
        _dynamoDb = dynamoDb;
        _messaging = messaging;
    }

    public async Task<AwsAnswer> SendAsync(AwsCall call, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, call.Service is AwsService.DynamoDb or AwsService.DynamoDbStreams ? _dynamoDb : _messaging);
        request.Content = new ReadOnlyMemoryContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(call.IsQueryProtocol ? "application/x-www-form-urlencoded" : "application/x-amz-json-1.0");
        if (Target(call) is { } target) request.Headers.TryAddWithoutValidation("x-amz-target", target);
        request.Headers.TryAddWithoutValidation("authorization", Authorization(call.Service));
        foreach (var (name, value) in call.Headers) request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancel);
            var answer = await response.Content.ReadAsByteArrayAsync(cancel);
            return new((int)response.StatusCode, response.Content.Headers.ContentType?.ToString() ?? "application/x-amz-json-1.0", answer)
            {
                Headers = [.. response.Headers.Where(h => h.Key.StartsWith("x-amz", StringComparison.OrdinalIgnoreCase)).Select(h => KeyValuePair.Create(h.Key, string.Join(',', h.Value)))],
            };
        }
        catch (HttpRequestException unreachable)
        {
            return AwsErrors.Unavailable(call, $"{call.Service} does not answer at {request.RequestUri}: {unreachable.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    private static string? Target(AwsCall call) => call.Service switch
    {
        AwsService.DynamoDb => $"DynamoDB_20120810.{call.Operation}",
        AwsService.DynamoDbStreams => $"DynamoDBStreams_20120810.{call.Operation}",
        AwsService.Sqs => $"AmazonSQS.{call.Operation}",
        _ => null,
    };

    /// <summary>
    /// The backends check no signature, but read account and region from here; one account for every caller keeps
    /// DynamoDB Local's data together and lets it name regions as the template does.
    /// </summary>
    private static string Authorization(AwsService service)
    {
        var name = service switch { AwsService.Sqs => "sqs", AwsService.Sns => "sns", _ => "dynamodb" };
        return $"AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/{name}/aws4_request, SignedHeaders=host, Signature=0";
    }
}
