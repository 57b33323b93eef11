using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Oms.Tests.Packages;

/// <summary>The Lambda Runtime API with the events that a test hands out; it keeps what the function sends back.</summary>
internal sealed class RuntimeApiStub : IAsyncDisposable
{
    private readonly Channel<Event> _events = Channel.CreateUnbounded<Event>();
    private readonly Channel<Sent> _sent = Channel.CreateUnbounded<Sent>();
    private HttpStub? _server;
    private int _waiting;

    /// <summary>How many requests for the next event are open.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>What the Runtime API answers to a response or an error.</summary>
    public string Acceptance { get; set; } = """{"status":"OK"}""";

    public int AcceptanceStatus { get; set; } = StatusCodes.Status202Accepted;

    public string Endpoint => _server!.Address.Authority;

    public static async Task<RuntimeApiStub> StartAsync()
    {
        var stub = new RuntimeApiStub();
        stub._server = await HttpStub.StartAsync(stub.AnswerAsync);
        return stub;
    }

    public void Give(string requestId, string body = "{}", long deadlineMs = 0, string? traceId = null, string? tenant = null) =>
        Assert.True(_events.Writer.TryWrite(new(requestId, body, deadlineMs, traceId, tenant)));

    public ValueTask<Sent> NextSentAsync() => _sent.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path == "/2018-06-01/runtime/invocation/next")
        {
            Interlocked.Increment(ref _waiting);
            var next = await _events.Reader.ReadAsync(http.RequestAborted);
            Interlocked.Decrement(ref _waiting);
            var headers = http.Response.Headers;
            headers["Lambda-Runtime-Aws-Request-Id"] = next.RequestId;
            headers["Lambda-Runtime-Deadline-Ms"] = next.DeadlineMs.ToString(System.Globalization.CultureInfo.InvariantCulture);
            headers["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:us-east-1:000000000000:function:a-function";
            headers["Lambda-Runtime-Trace-Id"] = next.TraceId;
            headers["Lambda-Runtime-Aws-Tenant-Id"] = next.Tenant;
            await http.Response.WriteAsync(next.Body);
            return;
        }

        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        http.Response.StatusCode = AcceptanceStatus;
        await http.Response.WriteAsync(Acceptance);
        Assert.True(_sent.Writer.TryWrite(new(
            http.Request.Path,
            body,
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase))));
    }

    internal sealed record Sent(string Path, string Body, IReadOnlyDictionary<string, string> Headers);

    private sealed record Event(string RequestId, string Body, long DeadlineMs, string? TraceId, string? Tenant);
}
