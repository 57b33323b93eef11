using System.Text.Json.Nodes;
using Oms.LocalAws.Templates;

namespace Oms.Tests.LocalAws.EventSources;

/// <summary>Queues as event sources: each rule of the template shows in what the function gets and in what is left.</summary>
public sealed class QueueEventSourceTests(SharedBackends backends)
{
    private readonly LocalQueue _queue = Templates.Queue(Templates.Unique("inbox")) with { VisibilityTimeout = TimeSpan.FromSeconds(3) };

    [Fact]
    public async Task A_batch_that_succeeds_is_deleted()
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(), _ => "");
        await host.SendAsync(_queue, "{\"n\":1}");

        await Eventually.Async(async () => host.Records.Count == 1 && await host.CountAsync(_queue) == 0);

        Assert.Equal("{\"n\":1}", host.Records[0]["body"]!.GetValue<string>());
        Assert.Equal(_queue.Arn, host.Records[0]["eventSourceARN"]!.GetValue<string>());
        Assert.Equal("1", host.Records[0]["attributes"]!["ApproximateReceiveCount"]!.GetValue<string>());
    }

    [Fact]
    public async Task Only_what_failed_comes_again_when_failures_are_reported()
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(), FailFirstTime("bad"));
        await host.SendAsync(_queue, "good");
        await host.SendAsync(_queue, "bad");

        await Eventually.Async(async () => await host.CountAsync(_queue) == 0 && Count(host, "bad") == 2);

        Assert.Equal(1, Count(host, "good"));
    }

    [Fact]
    public async Task Reported_failures_are_ignored_where_the_template_does_not_ask_for_them()
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(s => s with { ReportBatchItemFailures = false }), FailFirstTime("bad"));
        await host.SendAsync(_queue, "bad");

        await Eventually.Async(async () => host.Records.Count > 0 && await host.CountAsync(_queue) == 0);

        Assert.Equal(1, Count(host, "bad"));
    }

    [Fact]
    public async Task A_function_error_leaves_the_whole_batch_until_its_visibility_time_out_ends()
    {
        var failed = false;
        await using var host = await EventSourceHost.StartAsync(backends, Template(), _ =>
        {
            if (failed) return "";
            failed = true;
            throw new InvalidOperationException("not now");
        });
        await host.SendAsync(_queue, "a");

        await Eventually.Async(async () => Count(host, "a") == 2 && await host.CountAsync(_queue) == 0);

        Assert.Equal("2", host.Records[^1]["attributes"]!["ApproximateReceiveCount"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task What_keeps_failing_goes_to_the_dead_letter_queue_after_as_many_receives_as_the_template_says(int receives)
    {
        var dead = Templates.Queue(Templates.Unique("dlq"));
        var template = Template();
        template = template with { Queues = [dead, _queue with { VisibilityTimeout = TimeSpan.Zero, Redrive = new LocalRedrive(dead.Name, receives) }] };
        await using var host = await EventSourceHost.StartAsync(backends, template, _ => throw new InvalidOperationException("poison"));
        await host.SendAsync(_queue, "poison");

        await Eventually.Async(async () => await host.CountAsync(dead) == 1);

        Assert.Equal(receives, Count(host, "poison"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_batch_holds_at_most_the_batch_size(int size)
    {
        var template = Template(s => s with { BatchSize = size });
        await using (var filled = await EventSourceHost.StartAsync(backends, template, _ => "", workers: 0))
        {
            for (var i = 0; i < 8; i++) await filled.SendAsync(_queue, $"{i}");
        }

        await using var host = await EventSourceHost.StartAsync(backends, template, _ => "");
        await Eventually.Async(() => host.Records.Count == 8);

        Assert.Equal(size, host.Events.Max(e => e["Records"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_batching_window_gathers_what_comes_within_it()
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(s => s with { BatchSize = 3, BatchingWindow = TimeSpan.FromSeconds(20) }), _ => "");
        for (var i = 0; i < 3; i++) await host.SendAsync(_queue, $"{i}");

        await Eventually.Async(() => host.Records.Count == 3);

        Assert.Single(host.Events);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task No_more_batches_run_at_once_than_the_maximum_concurrency(int maximum)
    {
        var running = 0;
        var most = 0;
        using var enough = new SemaphoreSlim(0);
        await using var host = await EventSourceHost.StartAsync(
            backends, Template(s => s with { BatchSize = 1, MaximumConcurrency = maximum }), _ => "", workers: 0);
        for (var i = 0; i < 8; i++) await host.SendAsync(_queue, $"{i}");

        var queue = host.Lambda.Queue(host.Template.Functions[0].Name)!;
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 8).Select(async _ =>
        {
            while (await queue.NextAsync(stop.Token) is { } job)
            {
                host.Lambda.Started(queue, job);
                lock (stop) most = Math.Max(most, ++running);
                await enough.WaitAsync(TestContext.Current.CancellationToken);
                lock (stop) running--;
                host.Lambda.End(queue, job, new InvocationResult.Succeeded(default));
            }
        }).ToArray();

        await Eventually.Async(() => Volatile.Read(ref running) == maximum);
        enough.Release(8);
        await Eventually.Async(async () => await host.CountAsync(_queue) == 0);
        await stop.CancelAsync();
        await Task.WhenAll(workers);

        Assert.Equal(maximum, most);
    }

    [Fact]
    public async Task A_function_without_a_worker_has_its_queue_left_alone()
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(), _ => "", workers: 0);
        await host.SendAsync(_queue, "a");
        var queue = host.Lambda.Queue(host.Template.Functions[0].Name)!;

        var job = (await queue.NextAsync(TestContext.Current.CancellationToken))!;

        var record = JsonNode.Parse(job.Payload.Span)!["Records"]![0]!;
        Assert.Equal("1", record["attributes"]!["ApproximateReceiveCount"]!.GetValue<string>());
        host.Lambda.End(queue, job, new InvocationResult.Succeeded(default));
    }

    [Theory]
    [InlineData("sqs:ReceiveMessage")]
    [InlineData("sqs:GetQueueAttributes")]
    public async Task Without_a_permission_that_AWS_asks_of_the_function_nothing_is_received(string action)
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(), _ => "", workers: 0);
        var queue = host.Lambda.Queue(host.Template.Functions[0].Name)!;
        var revoked = host.Proxy.Policy.Revoke(host.Proxy.Policy.Granted.Single(g => g.Action == action));
        await host.SendAsync(_queue, "a");
        var next = queue.NextAsync(TestContext.Current.CancellationToken);
        await Eventually.Async(() => host.Denied.Contains(action));
        Assert.False(next.IsCompleted);

        revoked.Dispose();

        var job = (await next)!;
        host.Lambda.End(queue, job, new InvocationResult.Succeeded(default));
        await Eventually.Async(async () => await host.CountAsync(_queue) == 0);
        Assert.Equal(3, host.Proxy.Policy.Used.Count);
    }

    [Fact]
    public async Task A_queue_that_is_gone_is_reported()
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(), _ => "");
        await host.Calls.SqsAsync("DeleteQueue", new JsonObject { ["QueueUrl"] = $"http://127.0.0.1/000000000000/{_queue.Name}" }, TestContext.Current.CancellationToken);

        await Eventually.Async(() => host.MissingQueues.Contains(_queue.Name));
    }

    [Fact]
    public void What_LocalAws_cannot_do_with_a_queue_is_refused_by_name()
    {
        var filtered = Assert.Throws<TemplateException>(() => Start(Template(s => s with { FilterPatterns = ["{}"] })));
        Assert.Contains("FilterCriteria", filtered.Message, StringComparison.Ordinal);
        var large = Assert.Throws<TemplateException>(() => Start(Template(s => s with { BatchSize = 11 })));
        Assert.Contains("MaximumBatchingWindowInSeconds", large.Message, StringComparison.Ordinal);

        static void Start(LocalTemplate template) => EventSourceHost.Check(template);
    }

    private static int Count(EventSourceHost host, string body) => host.Records.Count(r => r["body"]!.GetValue<string>() == body);

    /// <summary>Gives back the named messages the first time that it sees them.</summary>
    private static Func<JsonNode, string> FailFirstTime(string body) => e => new JsonObject
    {
        ["batchItemFailures"] = new JsonArray([.. e["Records"]!.AsArray()
            .Where(r => r!["body"]!.GetValue<string>() == body && r["attributes"]!["ApproximateReceiveCount"]!.GetValue<string>() == "1")
            .Select(r => new JsonObject { ["itemIdentifier"] = r!["messageId"]!.GetValue<string>() })]),
    }.ToJsonString();

    private LocalTemplate Template(Func<QueueEventSource, QueueEventSource>? change = null)
    {
        var function = Templates.Function("consumer", Templates.Poll(_queue));
        var source = Templates.Source(function, _queue);
        return Templates.Empty with { Functions = [function], Queues = [_queue], EventSources = [change?.Invoke(source) ?? source] };
    }
}
