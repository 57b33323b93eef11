using System.Net;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>From the shop's own trace context to the notification it is one trace without a hole, whatever travels in the same batch.</summary>
[Collection(nameof(Observed))]
public sealed class TraceFlowTests(ObservedStack observed)
{
    private static readonly string[] MagentoWay = ["PlaceMagentoOrder", "Relay order.placed.v1", "ReserveStock", "Relay stock.held.v1", "RecordStock", "Relay order.confirmed.v1", "NotifyCustomer"];

    private static readonly string[] NativeWay =
    [
        "PlaceOrder", "Relay order.placed.v1", "ReserveStock", "Relay stock.held.v1", "RecordStock", "Relay order.awaiting-payment.v1",
        "AuthorisePayment", "Relay payment.authorised.v1", "RecordPayment", "Relay order.confirmed.v1", "NotifyCustomer",
    ];

    private static int s_orders;

    [Fact]
    public async Task A_Magento_order_is_one_trace_from_the_post_to_the_notification()
    {
        using var shop = await NewShopAsync();
        var trace = await PlaceAsync(number => shop.PlaceMagentoTracedAsync(number));
        await AssertOneTraceAsync(trace, MagentoWay);
    }

    [Fact]
    public async Task A_native_order_is_one_trace_through_its_payment_too()
    {
        using var shop = await NewShopAsync();
        var trace = await PlaceAsync(number => shop.PlaceNativeTracedAsync(number));
        await AssertOneTraceAsync(trace, NativeWay);
    }

    [Fact]
    public async Task Orders_that_share_a_batch_keep_their_own_traces()
    {
        using var shop = await NewShopAsync();
        ClientTrace[] traces;
        var posted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // The relay's stream is held until all orders are in it, so that a batch cannot but mix them.
        using (observed.Stack.Break(new ProxyFault
        {
            Before = async (call, cancel) =>
            {
                if (call is { Caller: "orders-relay", Operation: "GetRecords" })
                {
                    await posted.Task.WaitAsync(cancel);
                }

                return null;
            },
        }))
        {
            traces = await Task.WhenAll(Enumerable.Range(0, 24).Select(i =>
                PlaceAsync(number => i % 2 == 0 ? shop.PlaceMagentoTracedAsync(number) : shop.PlaceNativeTracedAsync(number))));
            posted.SetResult();
        }

        for (var i = 0; i < traces.Length; i++)
        {
            await AssertOneTraceAsync(traces[i], i % 2 == 0 ? MagentoWay : NativeWay);
        }

        // Of each step that takes batches: spans of one invocation that belong to several traces.
        var mine = traces.Select(static trace => trace.TraceId).ToHashSet(StringComparer.Ordinal);
        foreach (var step in new[] { "Relay order.placed.v1", "ReserveStock", "RecordStock" })
        {
            var mixed = observed.Collector.Spans.Where(span => span.Name == step && mine.Contains(span.TraceId))
                .GroupBy(static span => span.Attributes["faas.invocation_id"], StringComparer.Ordinal)
                .Count(static invocation => invocation.Select(static span => span.TraceId).Distinct(StringComparer.Ordinal).Count() > 1);
            Assert.True(mixed > 0, $"no batch of {step} mixed two orders");
        }
    }

    private async Task AssertOneTraceAsync(ClientTrace trace, string[] way)
    {
        // Exporters send when their interval ends, each process on its own: the trace is complete when nothing is missing any more.
        var missing = "";
        await OmsClient.WaitUntilAsync(
            () =>
            {
                missing = Missing(trace, way);
                return Task.FromResult(missing.Length == 0);
            },
            () => missing);

        var logs = observed.Collector.Logs.Where(log => log.Attributes.Values.Any(value => value.Contains(trace.OrderId, StringComparison.Ordinal))).ToList();
        Assert.NotEmpty(logs);
        Assert.All(logs, log => Assert.Equal((trace.TraceId, log.Text), (log.TraceId, log.Text)));
    }

    /// <summary>What a whole trace still lacks: a step, a span's parent, or the order's id to trace id.</summary>
    private string Missing(ClientTrace trace, string[] way)
    {
        var spans = observed.Collector.Spans.Where(span => span.TraceId == trace.TraceId).ToList();
        var ids = spans.Select(static span => span.SpanId).Append(trace.SpanId).ToHashSet(StringComparer.Ordinal);
        var steps = way.Except(spans.Select(static span => span.Name), StringComparer.Ordinal).Select(static step => $"no {step}");
        var orphans = spans.Where(span => !ids.Contains(span.ParentId)).Select(static span => $"{span.Function}'s {span.Name} has the parent {span.ParentId}, which nobody exported");
        var strangers = observed.Collector.Spans
            .Where(span => span.TraceId != trace.TraceId && span.Attributes.GetValueOrDefault("oms.order_id") == trace.OrderId)
            .Select(static span => $"{span.Function}'s {span.Name} is in the trace {span.TraceId}");
        return string.Join('\n', steps.Concat(orphans).Concat(strangers));
    }

    private async Task<ClientTrace> PlaceAsync(Func<ClientTrace, Task<OmsAnswer>> place)
    {
        var number = Interlocked.Increment(ref s_orders);
        var trace = new ClientTrace($"{number:D9}", $"7ace{number:x28}", $"c11e{number:x12}", "");
        var answer = await place(trace);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{answer.Status}: {answer.Body}\n{observed.Stack.Logs.Split('\n').LastOrDefault(static line => line.Contains("could not reach", StringComparison.Ordinal))}");
        return trace with { OrderId = answer.OrderId };
    }

    private async Task<OmsClient> NewShopAsync()
    {
        var shop = await observed.Stack.ClientAsync($"traces-{Interlocked.Increment(ref s_orders)}");
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, 1000);
        }

        return shop;
    }
}
