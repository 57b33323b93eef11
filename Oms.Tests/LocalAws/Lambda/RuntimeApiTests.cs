using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Oms.LocalAws.Lambda;
using Oms.LocalAws.Templates;

namespace Oms.Tests.LocalAws.Lambda;

/// <summary>
/// The wire of https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html; refusals as in AWS's
/// aws-lambda-runtime-interface-emulator, lambda/rapi/rendering/render_error.go.
/// </summary>
public sealed class RuntimeApiTests
{
    private static readonly LocalFunction Function = Templates.Function("shop-api");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Next_carries_the_event_and_the_documented_headers()
    {
        await using var host = await RuntimeApiHost.StartAsync(_time, Function);
        using var worker = host.Worker(Function.Name);
        var invocation = host.InvokeAsync(Function.Name, "{\"order\":1}", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1");

        using var job = await worker.NextAsync();

        Assert.Equal(HttpStatusCode.OK, job.StatusCode);
        Assert.Equal("{\"order\":1}", await job.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("application/json", job.Content.Headers.ContentType?.MediaType);
        Assert.True(Guid.TryParse(Worker.Id(job), out _));
        Assert.Equal("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1", job.Headers.GetValues("Lambda-Runtime-Trace-Id").Single());
        Assert.Equal("arn:aws:lambda:us-east-1:000000000000:function:shop-api", job.Headers.GetValues("Lambda-Runtime-Invoked-Function-Arn").Single());
        Assert.Equal(
            (_time.GetUtcNow() + Function.Timeout).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            job.Headers.GetValues("Lambda-Runtime-Deadline-Ms").Single());

        using var accepted = await worker.RespondAsync(Worker.Id(job), new StringContent("{\"done\":true}"));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("{\"status\":\"OK\"}", await accepted.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("{\"done\":true}", Text(Assert.IsType<InvocationResult.Succeeded>(await invocation).Payload));
    }

    [Fact]
    public async Task A_trace_header_is_made_where_none_came()
    {
        await using var host = await RuntimeApiHost.StartAsync(_time, Function);
        using var worker = host.Worker(Function.Name);
        _ = host.InvokeAsync(Function.Name);

        using var job = await worker.NextAsync();

        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]$", job.Headers.GetValues("Lambda-Runtime-Trace-Id").Single());
    }

    [Fact]
    public async Task An_error_ends_the_invocation_with_its_type_and_document()
    {
        await using var host = await RuntimeApiHost.StartAsync(_time, Function);
        using var worker = host.Worker(Function.Name);
        var invocation = host.InvokeAsync(Function.Name);
        using var job = await worker.NextAsync();

        using var accepted = await worker.FailAsync(Worker.Id(job), new { errorMessage = "no such table", errorType = "StoreException", stackTrace = Array.Empty<string>() });

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var failed = Assert.IsType<InvocationResult.Failed>(await invocation);
        Assert.Equal((FunctionErrorKind.Unhandled, "StoreException", "no such table"), (failed.Kind, failed.ErrorType, failed.Message));
        Assert.Contains("stackTrace", Text(failed.Payload), StringComparison.Ordinal);
        Assert.Equal(1, host.Lambda.Status.Single().Errors);
    }

    [Fact]
    public async Task An_init_error_fails_what_waits_and_shows_in_the_status_until_a_worker_asks_again()
    {
        await using var host = await RuntimeApiHost.StartAsync(_time, Function);
        using var worker = host.Worker(Function.Name);
        var invocation = host.InvokeAsync(Function.Name);

        using var accepted = await worker.InitFailedAsync(new { errorMessage = "OMS_TABLE is not set", errorType = "InitException" });

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal(FunctionErrorKind.InitError, Assert.IsType<InvocationResult.Failed>(await invocation).Kind);
        Assert.Equal("InitException: OMS_TABLE is not set", host.Lambda.Status.Single().InitError);

        var next = worker.NextAsync();
        await Eventually.Async(() => host.Lambda.Status.Single() is { HasPolled: true, InitError: null, IdleWorkers: 1 });
        worker.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => next);
    }

    [Fact]
    public async Task Many_workers_of_many_processes_get_each_job_exactly_once()
    {
        await using var host = await RuntimeApiHost.StartAsync(TimeProvider.System, Function);
        var seen = new ConcurrentBag<string>();
        using var stop = new CancellationTokenSource();
        var processes = Enumerable.Range(0, 4).Select(_ => host.Worker(Function.Name)).ToArray();
        var loops = processes.SelectMany(process => Enumerable.Repeat(process, 4)).Select(async process =>
        {
            while (true)
            {
                using var job = await process.NextUntilAsync(stop.Token);
                seen.Add(await job.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                using var accepted = await process.RespondAsync(Worker.Id(job), new StringContent("{}"));
            }
        }).ToArray();

        var results = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => host.InvokeAsync(Function.Name, i.ToString(CultureInfo.InvariantCulture))));

        Assert.All(results, result => Assert.IsType<InvocationResult.Succeeded>(result));
        Assert.Equal(Enumerable.Range(0, 400), seen.Select(s => int.Parse(s, CultureInfo.InvariantCulture)).Order());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(loops));
        Array.ForEach(processes, process => process.Dispose());
    }

    [Fact]
    public async Task A_worker_that_leaves_while_it_waits_takes_nothing_with_it()
    {
        await using var host = await RuntimeApiHost.StartAsync(_time, Function);
        using var gone = host.Worker(Function.Name);
        using var leave = new CancellationTokenSource();
        var waiting = gone.NextUntilAsync(leave.Token);
        await Eventually.Async(() => host.Lambda.Status.Single().IdleWorkers == 1);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Eventually.Async(() => host.Lambda.Status.Single().IdleWorkers == 0);

        var invocation = host.InvokeAsync(Function.Name);
        using var worker = host.Worker(Function.Name);
        using var job = await worker.NextAsync();
        using var accepted = await worker.RespondAsync(Worker.Id(job), new StringContent("1"));

        Assert.IsType<InvocationResult.Succeeded>(await invocation);
    }

    [Fact]
    public async Task A_worker_that_dies_with_a_job_fails_it_at_once()
    {
        await using var host = await RuntimeApiHost.StartAsync(TimeProvider.System, Function);
        var worker = host.Worker(Function.Name);
        var invocation = host.InvokeAsync(Function.Name);
        using var job = await worker.NextAsync();

        worker.Dispose();

        var failed = Assert.IsType<InvocationResult.Failed>(await invocation.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        Assert.Equal((FunctionErrorKind.WorkerCrashed, "Runtime.ExitError"), (failed.Kind, failed.ErrorType));
        Assert.Equal(1, host.Lambda.Status.Single().Crashes);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    public async Task The_time_out_of_the_template_fails_the_invocation_and_refuses_a_late_response(int seconds)
    {
        await using var host = await RuntimeApiHost.StartAsync(_time, Function with { Timeout = TimeSpan.FromSeconds(seconds) });
        using var worker = host.Worker(Function.Name);
        var invocation = host.InvokeAsync(Function.Name);
        using var job = await worker.NextAsync();

        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.False(invocation.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        var failed = Assert.IsType<InvocationResult.Failed>(await invocation);
        Assert.Equal(FunctionErrorKind.Timeout, failed.Kind);
        Assert.Equal($"RequestId: {Worker.Id(job)} Error: Task timed out after {seconds}.00 seconds", failed.Message);
        using var late = await worker.RespondAsync(Worker.Id(job), new StringContent("{}"));
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequestID"), (late.StatusCode, await Worker.BodyTypeAsync(late)));
        Assert.Equal((1, 1), (host.Lambda.Status.Single().Errors, host.Lambda.Status.Single().Timeouts));
    }

    [Fact]
    public async Task A_second_response_is_refused()
    {
        await using var host = await RuntimeApiHost.StartAsync(_time, Function);
        using var worker = host.Worker(Function.Name);
        _ = host.InvokeAsync(Function.Name);
        using var job = await worker.NextAsync();
        using var first = await worker.RespondAsync(Worker.Id(job), new StringContent("{}"));

        using var second = await worker.RespondAsync(Worker.Id(job), new StringContent("{}"));

        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequestID"), (second.StatusCode, await Worker.BodyTypeAsync(second)));
    }

    [Fact]
    public async Task A_response_above_six_megabytes_is_refused_and_fails_the_invocation()
    {
        await using var host = await RuntimeApiHost.StartAsync(_time, Function);
        using var worker = host.Worker(Function.Name);
        var invocation = host.InvokeAsync(Function.Name);
        using var job = await worker.NextAsync();

        using var refused = await worker.RespondAsync(Worker.Id(job), new ByteArrayContent(new byte[LambdaService.MaxPayloadBytes + 1]));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "RequestEntityTooLarge"), (refused.StatusCode, await Worker.BodyTypeAsync(refused)));
        Assert.Equal("Function.ResponseSizeTooLarge", Assert.IsType<InvocationResult.Failed>(await invocation).ErrorType);
    }

    [Fact]
    public async Task An_event_above_six_megabytes_is_never_handed_out()
    {
        await using var host = await RuntimeApiHost.StartAsync(_time, Function);

        var result = await host.Lambda.InvokeAsync(
            Function.Name, new byte[LambdaService.MaxPayloadBytes + 1], new InvocationOptions(null, "test"), TestContext.Current.CancellationToken);

        Assert.Equal("RequestTooLargeException", Assert.IsType<InvocationResult.Failed>(result).ErrorType);
    }

    [Fact]
    public async Task Without_a_worker_an_invocation_is_throttled_after_its_time_out()
    {
        await using var host = await RuntimeApiHost.StartAsync(_time, Function);
        var invocation = host.InvokeAsync(Function.Name);

        _time.Advance(Function.Timeout);

        Assert.IsType<InvocationResult.Throttled>(await invocation);
        Assert.Equal(1, host.Lambda.Status.Single().Throttles);
    }

    [Fact]
    public async Task A_function_that_the_template_does_not_have_cannot_ask_for_work()
    {
        await using var host = await RuntimeApiHost.StartAsync(_time, Function);
        using var worker = host.Worker("nobody");

        using var refused = await worker.NextAsync();

        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Contains("nobody", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static string Text(ReadOnlyMemory<byte> payload) => Encoding.UTF8.GetString(payload.Span);
}
