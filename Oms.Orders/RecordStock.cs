using Microsoft.Extensions.Logging;
using Oms.Contracts;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.Orders;

/// <summary>Inventory says held, refused or lost: the fact lands in whatever state the order is, then the state is decided anew.</summary>
internal static class RecordStock
{
    public static async Task HandleAsync(StockEvent fact, OrderStore orders, EventPublisher publisher, TimeProvider clock, ILogger log, CancellationToken cancellation)
    {
        var before = await orders.FindAsync(fact.OrderId, cancellation)
            ?? throw new InvalidOperationException($"Inventory speaks of order {fact.OrderId}, which is not in this table");
        var after = await orders.ChangeAsync(before, order => Decide(order, fact, FunctionTelemetry.CurrentTraceParent, clock.Now()), cancellation);
        Log.Changed(log, after.Id, after.State, after.Version);
        if (fact.Ask && (ReferenceEquals(after, before) || !after.Emits))
        {
            await publisher.PublishAsync(await OrderEvents.OfAsync(after, orders, ask: false, cancellation), cancellation);
        }
    }

    internal static Order Decide(Order order, StockEvent fact, string? traceParent, DateTimeOffset now)
    {
        if (order.Stock is { } seen && seen.Version >= fact.Version)
        {
            return order;
        }

        var stock = new StockFact(fact.Stock.Status, fact.Version, fact.Stock.Shortages?.Any(shortage => shortage.Available is null) ?? false);
        return OrderTransition.Next(order with { Stock = stock }, "inventory", now, traceParent);
    }
}
