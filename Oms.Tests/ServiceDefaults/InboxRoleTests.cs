using System.Collections.Concurrent;
using System.Diagnostics;
using Amazon.SQS;
using Oms.Contracts;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.Tests.ServiceDefaults;

public sealed class InboxRoleTests : IAsyncLifetime
{
    private readonly Fakes _fakes = new();
    private readonly ConcurrentQueue<string> _handled = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fakes.DisposeAsync();

    [Fact]
    public async Task What_fails_is_delivered_again_and_the_rest_is_done()
    {
        var role = Role((fact, _) => fact.OrderId == "ord_b" ? throw new InvalidOperationException("no") : Handled(fact));
        Assert.Equal(["2"], await Wire.HandleAsync(role, Stock("1", "ord_a"), Stock("2", "ord_b"), Stock("3", "ord_c")));
        Assert.Equal(["inventory/ord_a/1", "inventory/ord_c/1"], _handled.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("this is not JSON")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"order.from-the-future.v9"}""")]
    [InlineData("""{"type":"stock.held.v1"}""")]
    [InlineData("""{"type":"stock.held.v2","id":"x","tenant":"t","store":"s","orderId":"o","version":1,"at":"2026-01-01T00:00:00Z","stock":{"status":"Held","orderVersion":1}}""")]
    [InlineData("""{"type":"stock.held.v1","id":"x","tenant":"t","store":"s","orderId":"o","version":1,"at":"2026-01-01T00:00:00Z","stock":{"status":"Packed","orderVersion":1}}""")]
    [InlineData("""{"type":"stock.held.v1","id":"x","tenant":"t","store":"s","orderId":"o","version":"one","at":"2026-01-01T00:00:00Z","stock":{"status":"Held","orderVersion":1}}""")]
    [InlineData("""{"type":"stock.held.v1","type":"stock.held.v1","id":"x","tenant":"t","store":"s","orderId":"o","version":1,"at":"2026-01-01T00:00:00Z","stock":{"status":"Held","orderVersion":1}}""")]
    public async Task What_cannot_be_read_is_reported_never_dropped(string body)
    {
        var role = Role((fact, _) => Handled(fact));
        Assert.Equal(["bad"], await Wire.HandleAsync(role, Wire.Sqs("bad", body), Stock("good", "ord_a")));
        Assert.Equal(["inventory/ord_a/1"], _handled);
    }

    [Fact]
    public async Task Messages_of_one_order_run_one_after_another_and_those_of_others_beside_them()
    {
        var atWork = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var others = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var role = Role(async (fact, _) =>
        {
            Assert.Equal(1, atWork.AddOrUpdate(fact.OrderId, 1, static (_, count) => count + 1));
            if (fact.OrderId == "ord_b")
            {
                others.SetResult();
            }

            await others.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken); // ord_a waits for ord_b, which stands behind it
            await Handled(fact);
            atWork[fact.OrderId] = 0;
        });
        Assert.Empty(await Wire.HandleAsync(role, Stock("1", "ord_a", 1), Stock("2", "ord_a", 2), Stock("3", "ord_a", 3), Stock("4", "ord_b")));
        Assert.Equal(["inventory/ord_a/1", "inventory/ord_a/2", "inventory/ord_a/3"], _handled.Where(static id => id.Contains("ord_a", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_failed_is_shown_again_after_a_pause_that_grows_with_its_receives()
    {
        var role = Role(static (_, _) => throw new InvalidOperationException("no"));
        var receives = new[] { 1, 2, 3, 5, 8, 1000 };
        await Wire.HandleAsync(role, [.. receives.Select(static count => Stock($"m{count}", $"ord_{count}", receives: count))]);
        var pauses = _fakes.Shown.ToDictionary(static shown => shown.ReceiptHandle, static shown => shown.VisibilityTimeout!.Value, StringComparer.Ordinal);
        foreach (var (count, cap) in receives.Zip([1, 2, 4, 16, 120, 120]))
        {
            Assert.InRange(pauses[$"handle-m{count}"], Math.Ceiling(cap / 2.0), cap);
        }

        Assert.All(_fakes.Shown, static shown => Assert.Equal("http://sqs.test/inbox", shown.QueueUrl));
    }

    [Fact]
    public async Task Where_the_queue_does_not_answer_the_failure_is_reported_all_the_same()
    {
        _fakes.OnShow = static _ => throw new AmazonSQSException("gone");
        Assert.Equal(["1", "2"], await Wire.HandleAsync(Role(static (_, _) => throw new InvalidOperationException("no")), Stock("1", "ord_a"), Stock("2", "ord_b")));
    }

    [Fact]
    public async Task A_batch_is_decided_as_one_and_only_what_it_names_comes_again()
    {
        IReadOnlyList<InboxMessage<OrderEvent>> seen = [];
        var role = BatchRole((batch, _) =>
        {
            seen = batch;
            return Task.FromResult<IReadOnlyList<string>>(["2"]);
        });
        Assert.Equal(["2"], await Wire.HandleAsync(role, Order("1", "ord_a"), Order("2", "ord_b", receives: 4), Order("3", "ord_c")));
        Assert.Equal([("1", "ord_a", 1), ("2", "ord_b", 4), ("3", "ord_c", 1)], seen.Select(static message => (message.Id, message.Body.OrderId, message.Receives)));
        Assert.Equal(["handle-2"], _fakes.Shown.Select(static shown => shown.ReceiptHandle));
    }

    [Fact]
    public async Task A_batch_that_fails_comes_again_whole_and_what_is_unreadable_beside_it_too()
    {
        var role = BatchRole(static (_, _) => throw new InvalidOperationException("no"));
        Assert.Equal(["1", "2", "bad"], (await Wire.HandleAsync(role, Order("1", "ord_a"), Wire.Sqs("bad", "{"), Order("2", "ord_b"))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_message_of_a_batch_goes_on_in_its_own_trace()
    {
        const string First = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        const string Second = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        List<string?> contexts = [];
        var role = BatchRole((batch, _) =>
        {
            contexts = [.. batch.Select(static message => message.Body.TraceParent)];
            Assert.Null(Activity.Current);
            return Task.FromResult<IReadOnlyList<string>>([]);
        });
        await Wire.HandleAsync(role, Order("1", "ord_a", traceParent: First), Order("2", "ord_b", traceParent: Second));
        Assert.Equal([First[..35], Second[..35]], contexts.Select(static context => context![..35]));
        Assert.DoesNotContain(First, contexts); // the step's own span
        Assert.DoesNotContain(Second, contexts);
    }

    [Fact]
    public async Task What_a_mixed_batch_says_of_one_message_is_said_in_that_messages_trace()
    {
        const string Second = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        string? within = null;
        var role = BatchRole((batch, _) =>
        {
            FunctionTelemetry.Within(batch[1].Span, () => within = FunctionTelemetry.CurrentTraceParent);
            Assert.Null(Activity.Current);
            return Task.FromResult<IReadOnlyList<string>>([]);
        });
        await Wire.HandleAsync(role, Order("1", "ord_a"), Order("2", "ord_b", traceParent: Second));
        Assert.Equal(Second[..35], within![..35]);
    }

    [Fact]
    public async Task A_message_runs_in_the_trace_that_it_carries()
    {
        const string Sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        string? current = null;
        var role = Role((_, _) =>
        {
            current = FunctionTelemetry.CurrentTraceParent;
            return Task.CompletedTask;
        });
        await Wire.HandleAsync(role, Wire.Sqs("1", Wire.Body(Fakes.Stock("ord_a", traceParent: Sent))));
        Assert.Equal((Sent[..35], true), (current![..35], current != Sent));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task An_empty_batch_is_nothing_to_do() => Assert.Empty(await Wire.HandleAsync(Role(static (_, _) => Task.CompletedTask)));

    private static System.Text.Json.Nodes.JsonObject Stock(string id, string orderId, long version = 1, int receives = 1) => Wire.Sqs(id, Wire.Body(Fakes.Stock(orderId, version)), receives);

    private static System.Text.Json.Nodes.JsonObject Order(string id, string orderId, int receives = 1, string? traceParent = null) =>
        Wire.Sqs(id, Wire.Body(Fakes.Order(orderId) with { TraceParent = traceParent }), receives);

    private InboxRole Role(Func<StockEvent, CancellationToken, Task> handler) => new(new InboxTable().On(EventTypes.StockHeld, "RecordStock", handler), _fakes.Services);

    private InboxRole BatchRole(Func<IReadOnlyList<InboxMessage<OrderEvent>>, CancellationToken, Task<IReadOnlyList<string>>> handler) =>
        new(new InboxTable().OnBatch([EventTypes.OrderPlaced, EventTypes.OrderConfirmed], "ReserveStock", handler), _fakes.Services);

    private Task Handled(StockEvent fact)
    {
        _handled.Enqueue(fact.Id);
        return Task.CompletedTask;
    }
}
