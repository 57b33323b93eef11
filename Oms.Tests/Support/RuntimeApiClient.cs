using System.Globalization;
using System.Net;
using System.Net.Http.Json;

namespace Oms.Tests.Support;

/// <summary>
/// What a runtime asks the Lambda Runtime API, over connections of its own.
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
/// </summary>
/// <param name="address">As AWS_LAMBDA_RUNTIME_API has it: no scheme.</param>
internal sealed class RuntimeApiClient(string address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null })
    {
        BaseAddress = new Uri($"http://{address}/2018-06-01/runtime/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Waits for an invocation.</summary>
    /// <exception cref="HttpRequestException">The Runtime API is away.</exception>
    public async Task<RuntimeApiWork> NextAsync(CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync("invocation/next", cancellation);
        answer.EnsureSuccessStatusCode();
        var deadline = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(answer.Headers.GetValues("Lambda-Runtime-Deadline-Ms").Single(), CultureInfo.InvariantCulture));
        return new RuntimeApiWork(
            answer.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single(),
            deadline,
            new MemoryStream(await answer.Content.ReadAsByteArrayAsync(cancellation), writable: false));
    }

    public async Task RespondAsync(string requestId, Stream output, CancellationToken cancellation)
    {
        using var body = new StreamContent(output);
        body.Headers.ContentType = new("application/json");
        using var answer = await _http.PostAsync($"invocation/{requestId}/response", body, cancellation);
        Accepted(answer);
    }

    public async Task FailAsync(string requestId, Exception fault, CancellationToken cancellation)
    {
        using var answer = await _http.PostAsJsonAsync($"invocation/{requestId}/error", new { errorMessage = fault.Message, errorType = fault.GetType().Name }, cancellation);
        Accepted(answer);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>400: the invocation ended before, by its time-out. 413: the answer is too large, and the invocation ended by that.</summary>
    private static void Accepted(HttpResponseMessage answer)
    {
        if (answer.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge))
        {
            answer.EnsureSuccessStatusCode();
        }
    }
}

/// <summary>One invocation as the Runtime API handed it out.</summary>
internal sealed record RuntimeApiWork(string RequestId, DateTimeOffset Deadline, Stream Event) : IDisposable
{
    public TimeSpan Left => Deadline - TimeProvider.System.GetUtcNow();

    public void Dispose() => Event.Dispose();
}
