using System.Globalization;
using Oms.LocalAws.Hosting;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded;

/// <summary>The embedded backend over HTTP, on one port of 127.0.0.1.</summary>
public sealed class EmbeddedServer : IAsyncDisposable
{
    private readonly LoopbackServer _server;

    private EmbeddedServer(LoopbackServer server, EmbeddedAws aws)
    {
        _server = server;
        Aws = aws;
    }

    public EmbeddedAws Aws { get; }

    public Uri Url => _server.Url;

    /// <exception cref="LocalAwsException">The port or the data folder cannot be had; the message names the setting.</exception>
    public static async Task<EmbeddedServer> StartAsync(EmbeddedOptions options, TimeProvider? time = null, ILoggerFactory? logs = null, CancellationToken cancel = default)
    {
        logs ??= Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;
        // The port first: a second start is told of it, not of the folder.
        var server = await LoopbackServer.StartAsync(options.Port, "backend-port", logs, cancel);
        try
        {
            var aws = new EmbeddedAws(options.Data, options.QueueUrls, time ?? TimeProvider.System, logs.CreateLogger<EmbeddedAws>());
            server.Handler = http => HandleAsync(http, aws);
            return new EmbeddedServer(server, aws);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Aws.Dispose();
    }

    private static Task HandleAsync(HttpContext http, EmbeddedAws aws)
    {
        if (!HttpMethods.IsGet(http.Request.Method)) return AwsHttp.HandleAsync(http, async (call, cancel) => Described(call, await aws.CallAsync(call, cancel)));
        // For whoever waits until it serves; DynamoDB answers a GET in this way too.
        return http.Response.WriteAsync("healthy: dynamodb, sns, sqs");
    }

    /// <summary>The headers that the services' own front doors add: a request id, and DynamoDB's checksum of the body.</summary>
    private static AwsAnswer Described(AwsCall call, AwsAnswer answer)
    {
        if (call.Service == AwsService.Sns) return answer;
        var id = KeyValuePair.Create("x-amzn-RequestId", Guid.NewGuid().ToString());
        return answer with
        {
            Headers = call.Service == AwsService.Sqs
                ? [.. answer.Headers, id]
                : [.. answer.Headers, id, KeyValuePair.Create("x-amz-crc32", Crc32.Of(answer.Body.Span).ToString(CultureInfo.InvariantCulture))],
        };
    }
}
