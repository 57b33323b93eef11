using System.Text.Json;
using Amazon.Lambda.Core;
using Amazon.Lambda.RuntimeSupport;

namespace Oms.Tests.Packages;

/// <summary>
/// What Amazon.Lambda.RuntimeSupport does, whether it is the package or its stand-in. Paths are those of aws/aws-lambda-dotnet at
/// 831492165a694825e0e762d68ec74f3e36b628c0, below Libraries/src/Amazon.Lambda.RuntimeSupport.
/// </summary>
[Collection(nameof(ProcessEnvironment))]
public sealed class LambdaRuntimeTests : IAsyncLifetime
{
    private const string MaxConcurrency = "AWS_LAMBDA_MAX_CONCURRENCY";

    private readonly CancellationTokenSource _stop = new();
    private RuntimeApiStub _api = null!;

    public async ValueTask InitializeAsync() => _api = await RuntimeApiStub.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Environment.SetEnvironmentVariable(MaxConcurrency, null);
        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", null);
        await _api.DisposeAsync();
        _stop.Dispose();
    }

    // Client/InternalClientAdapted.cs ResponseAsync: the stream as application/json to …/response.
    [Fact]
    public async Task An_answer_goes_back_under_the_request_id()
    {
        var loop = Run((input, _) => Task.FromResult(input));
        _api.Give("r-1", """{"a":1}""");
        var sent = await _api.NextSentAsync();
        Assert.Equal(("/2018-06-01/runtime/invocation/r-1/response", """{"a":1}""", "application/json"), (sent.Path, sent.Body, sent.Headers["Content-Type"]));
        await StopAsync(loop);
    }

    // Client/RuntimeApiClient.cs ReportInvocationErrorAsync, ExceptionHandling/LambdaJsonExceptionWriter.cs, LambdaXRayExceptionWriter.cs.
    [Fact]
    public async Task An_exception_is_reported_with_type_message_stack_and_causes()
    {
        var loop = Run((_, _) => throw new InvalidOperationException("outer \"quoted\"", new FormatException("inner")));
        _api.Give("r-1");
        var sent = await _api.NextSentAsync();
        using var error = JsonDocument.Parse(sent.Body);
        using var cause = JsonDocument.Parse(sent.Headers["Lambda-Runtime-Function-XRay-Error-Cause"]);

        Assert.Equal("/2018-06-01/runtime/invocation/r-1/error", sent.Path);
        Assert.Equal("application/vnd.aws.lambda.error+json", sent.Headers["Content-Type"]);
        Assert.Equal("InvalidOperationException", sent.Headers["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal("InvalidOperationException", error.RootElement.GetProperty("errorType").GetString());
        Assert.Equal("outer \"quoted\"", error.RootElement.GetProperty("errorMessage").GetString());
        Assert.StartsWith("at ", error.RootElement.GetProperty("stackTrace")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("FormatException", error.RootElement.GetProperty("cause").GetProperty("errorType").GetString());
        Assert.Equal("inner", error.RootElement.GetProperty("cause").GetProperty("errorMessage").GetString());
        Assert.Equal("InvalidOperationException", cause.RootElement.GetProperty("exceptions")[0].GetProperty("type").GetString());
        await StopAsync(loop);
    }

    // ExceptionHandling/LambdaJsonExceptionWriter.cs: "causes" lists what an AggregateException holds.
    [Fact]
    public async Task An_aggregate_lists_all_its_causes()
    {
        var loop = Run((_, _) => throw new AggregateException(new FormatException("one"), new TimeoutException("two")));
        _api.Give("r-1");
        using var error = JsonDocument.Parse((await _api.NextSentAsync()).Body);
        Assert.Equal(["FormatException", "TimeoutException"], error.RootElement.GetProperty("causes").EnumerateArray().Select(cause => cause.GetProperty("errorType").GetString()!));
        await StopAsync(loop);
    }

    // Client/InvocationResponse.cs refuses a null stream inside the handler's wrapper (Bootstrap/HandlerWrapper.cs).
    [Fact]
    public async Task A_handler_that_returns_nothing_is_an_error()
    {
        var loop = Run((_, _) => Task.FromResult<Stream>(null!));
        _api.Give("r-1");
        Assert.Equal("ArgumentNullException", (await _api.NextSentAsync()).Headers["Lambda-Runtime-Function-Error-Type"]);
        await StopAsync(loop);
    }

    // Bootstrap/LambdaBootstrap.cs ProcessingLoop: after an error the loop asks for the next event.
    [Fact]
    public async Task The_loop_goes_on_after_an_error()
    {
        var loop = Run((input, context) => context.AwsRequestId == "r-1" ? throw new FormatException("no") : Task.FromResult(input));
        _api.Give("r-1");
        _api.Give("r-2");
        Assert.EndsWith("r-1/error", (await _api.NextSentAsync()).Path, StringComparison.Ordinal);
        Assert.EndsWith("r-2/response", (await _api.NextSentAsync()).Path, StringComparison.Ordinal);
        await StopAsync(loop);
    }

    // Bootstrap/LambdaBootstrap.cs InitializeAsync: report without an error type, then throw.
    [Fact]
    public async Task A_failed_start_is_reported_and_thrown()
    {
        using var bootstrap = Builder((input, _) => Task.FromResult(input)).UseBootstrapHandler(() => throw new FormatException("bad setting")).Build();
        await Assert.ThrowsAsync<FormatException>(() => bootstrap.RunAsync(_stop.Token));
        var sent = await _api.NextSentAsync();
        using var error = JsonDocument.Parse(sent.Body);
        Assert.Equal("/2018-06-01/runtime/init/error", sent.Path);
        Assert.Equal("FormatException", error.RootElement.GetProperty("errorType").GetString());
        Assert.DoesNotContain("Lambda-Runtime-Function-Error-Type", sent.Headers.Keys);
    }

    // Bootstrap/LambdaBootstrap.cs RunAsync: an initializer that says false ends it quietly.
    [Fact]
    public async Task A_start_that_declines_ends_quietly()
    {
        using var bootstrap = Builder((input, _) => Task.FromResult(input)).UseBootstrapHandler(() => Task.FromResult(false)).Build();
        await bootstrap.RunAsync(_stop.Token);
        Assert.Equal(0, _api.Waiting);
    }

    // Context/LambdaContext.cs: RemainingTime is the deadline header minus now; TenantId and TraceId are headers.
    [Fact]
    public async Task The_context_tells_deadline_tenant_and_trace()
    {
        TimeSpan remaining = default;
        ILambdaContext? seen = null;
        string? variable = null;
        var loop = Run((input, context) =>
        {
            (seen, remaining, variable) = (context, context.RemainingTime, Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID"));
            return Task.FromResult(input);
        });
        _api.Give("r-1", deadlineMs: DateTimeOffset.UtcNow.AddSeconds(30).ToUnixTimeMilliseconds(), traceId: "Root=1-5759e988-bd862e3fe1be46a994272793", tenant: "t-1");
        await _api.NextSentAsync();

        Assert.InRange(remaining, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Assert.Equal(("r-1", "t-1", "Root=1-5759e988-bd862e3fe1be46a994272793"), (seen!.AwsRequestId, seen.TenantId, seen.TraceId));
        Assert.Equal("arn:aws:lambda:us-east-1:000000000000:function:a-function", seen.InvokedFunctionArn);
        // Bootstrap/LambdaBootstrap.cs SetInvocationTraceId: one event at a time, so the environment may carry it.
        Assert.Equal(seen.TraceId, variable);
        await StopAsync(loop);
    }

    // Bootstrap/LambdaBootstrap.cs ProcessingLoop: cancellation ends a loop that waits without an exception.
    [Fact]
    public async Task Cancelling_ends_a_waiting_loop_quietly()
    {
        var loop = Run((input, _) => Task.FromResult(input));
        await UntilAsync(() => _api.Waiting == 1);
        await StopAsync(loop);
    }

    // Bootstrap/LambdaBootstrap.cs InvokeOnceAsync: a handler is not interrupted, but its answer is sent with the same token: it is lost.
    [Fact]
    public async Task Cancelling_while_a_handler_runs_loses_its_answer()
    {
        var finish = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        var loop = Run(async (input, _) =>
        {
            started.SetResult();
            await finish.Task;
            return input;
        });
        _api.Give("r-1");
        await started.Task;
        await _stop.CancelAsync();
        Assert.False(loop.IsCompleted);
        finish.SetResult();
        await loop;
    }

    // Bootstrap/LambdaBootstrap.cs ProcessingLoop: with one loop every other exception leaves RunAsync.
    [Fact]
    public async Task A_runtime_api_that_is_away_ends_a_single_loop()
    {
        var endpoint = _api.Endpoint;
        await _api.DisposeAsync();
        using var bootstrap = Builder((input, _) => Task.FromResult(input), endpoint).Build();
        await Assert.ThrowsAsync<HttpRequestException>(() => bootstrap.RunAsync(_stop.Token));
    }

    // Client/InternalClientAdapted.cs: 500 is "Container error", 413 is "Payload Too Large"; both leave a single loop.
    [Theory]
    [InlineData(500, "", "Container error")]
    [InlineData(413, """{"errorMessage":"too big","errorType":"RequestEntityTooLarge"}""", "Payload Too Large")]
    public async Task A_refused_answer_ends_a_single_loop(int status, string body, string message)
    {
        (_api.AcceptanceStatus, _api.Acceptance) = (status, body);
        var loop = Run((input, _) => Task.FromResult(input));
        _api.Give("r-1");
        var exception = await Assert.ThrowsAnyAsync<RuntimeApiClientException>(() => loop);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Equal(status, exception.StatusCode);
    }

    // Client/InternalClientAdapted.cs ErrorWithXRayCauseAsync: the 202 to an error must carry JSON; ResponseAsync does not look.
    [Fact]
    public async Task An_accepted_error_must_say_so_in_JSON()
    {
        _api.Acceptance = "no JSON";
        var loop = Run((input, context) => context.AwsRequestId == "r-1" ? Task.FromResult(input) : throw new FormatException("no"));
        _api.Give("r-1");
        Assert.EndsWith("r-1/response", (await _api.NextSentAsync()).Path, StringComparison.Ordinal);
        _api.Give("r-2");
        var exception = await Assert.ThrowsAnyAsync<RuntimeApiClientException>(() => loop);
        Assert.Contains("Could not deserialize the response body", exception.Message, StringComparison.Ordinal);
    }

    // Helpers/Utils.cs DetermineProcessingTaskCount: as many loops as the variable says.
    // Bootstrap/LambdaBootstrap.cs InvokeOnceAsync: none of them waits for its handler before it asks again.
    [Fact]
    public async Task With_max_concurrency_handlers_run_at_the_same_time()
    {
        Environment.SetEnvironmentVariable(MaxConcurrency, "2");
        var all = new TaskCompletionSource();
        var running = 0;
        var traces = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        var loop = Run(async (input, context) =>
        {
            if (Interlocked.Increment(ref running) == 3)
            {
                all.SetResult();
            }

            await all.Task;
            traces[context.AwsRequestId] = LambdaTraceProvider.CurrentTraceId;
            return input;
        });
        await UntilAsync(() => _api.Waiting == 2);
        _api.Give("r-1", traceId: "t-1");
        _api.Give("r-2", traceId: "t-2");
        _api.Give("r-3", traceId: "t-3");
        var paths = new[] { await _api.NextSentAsync(), await _api.NextSentAsync(), await _api.NextSentAsync() }.Select(sent => sent.Path).Order(StringComparer.Ordinal);

        Assert.Equal(["r-1", "r-2", "r-3"], paths.Select(path => path.Split('/')[4]));
        Assert.Equal(["t-1", "t-2", "t-3"], traces.OrderBy(trace => trace.Key, StringComparer.Ordinal).Select(trace => trace.Value));
        await StopAsync(loop);
    }

    // Bootstrap/LambdaBootstrap.cs ProcessingLoop: with several loops one loop's trouble does not end the others.
    [Fact]
    public async Task With_max_concurrency_a_refused_answer_ends_nothing()
    {
        Environment.SetEnvironmentVariable(MaxConcurrency, "1");
        _api.AcceptanceStatus = 500;
        var loop = Run((input, _) => Task.FromResult(input));
        _api.Give("r-1");
        await _api.NextSentAsync();
        _api.AcceptanceStatus = 202;
        _api.Give("r-2");
        Assert.EndsWith("r-2/response", (await _api.NextSentAsync()).Path, StringComparison.Ordinal);
        await StopAsync(loop);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private LambdaBootstrapBuilder Builder(Func<Stream, ILambdaContext, Task<Stream>> handler, string? endpoint = null) =>
        LambdaBootstrapBuilder.Create(handler).ConfigureOptions(options => options.RuntimeApiEndpoint = endpoint ?? _api.Endpoint);

    private async Task Run(Func<Stream, ILambdaContext, Task<Stream>> handler)
    {
        using var bootstrap = Builder(handler).Build();
        await bootstrap.RunAsync(_stop.Token);
    }

    private async Task StopAsync(Task loop)
    {
        await _stop.CancelAsync();
        await loop;
    }
}
