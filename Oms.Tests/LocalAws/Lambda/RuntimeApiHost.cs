using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Oms.LocalAws.Lambda;
using Oms.LocalAws.Templates;

namespace Oms.Tests.LocalAws.Lambda;

/// <summary>The Lambda service behind its Runtime API, and raw HTTP workers as any runtime writes them.</summary>
internal sealed class RuntimeApiHost : IAsyncDisposable
{
    private readonly TestServer _server;

    private RuntimeApiHost(LambdaService lambda, TestServer server)
    {
        Lambda = lambda;
        _server = server;
    }

    public LambdaService Lambda { get; }

    public Uri Url => _server.Url;

    public static async Task<RuntimeApiHost> StartAsync(TimeProvider time, params LocalFunction[] functions)
    {
        var lambda = new LambdaService(functions, time, NullLogger<LambdaService>.Instance);
        return new(lambda, await TestServer.StartAsync(new RuntimeApi(lambda, time).HandleAsync));
    }

    public Task<InvocationResult> InvokeAsync(string function, string payload = "{}", string? trace = null) =>
        Lambda.InvokeAsync(function, Encoding.UTF8.GetBytes(payload), new InvocationOptions(trace, "test"), TestContext.Current.CancellationToken);

    /// <summary>Every worker has its own connections, as processes have.</summary>
    public Worker Worker(string function) => new(new Uri(Url, $"/{function}/2018-06-01/runtime/"));

    public async ValueTask DisposeAsync()
    {
        Lambda.Dispose();
        await _server.DisposeAsync();
    }
}

internal sealed class Worker(Uri runtime) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler()) { BaseAddress = runtime, Timeout = Timeout.InfiniteTimeSpan };

    public Task<HttpResponseMessage> NextAsync() => NextUntilAsync(TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> NextUntilAsync(CancellationToken gone) => _http.GetAsync(new Uri("invocation/next", UriKind.Relative), gone);

    public Task<HttpResponseMessage> RespondAsync(string requestId, HttpContent body) =>
        _http.PostAsync(new Uri($"invocation/{requestId}/response", UriKind.Relative), body);

    public Task<HttpResponseMessage> FailAsync(string requestId, object error) =>
        _http.PostAsJsonAsync(new Uri($"invocation/{requestId}/error", UriKind.Relative), error);

    public Task<HttpResponseMessage> InitFailedAsync(object error) => _http.PostAsJsonAsync(new Uri("init/error", UriKind.Relative), error);

    public static string Id(HttpResponseMessage job) => job.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();

    public static async Task<string> BodyTypeAsync(HttpResponseMessage answer)
    {
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("errorType").GetString()!;
    }

    public void Dispose() => _http.Dispose();
}
