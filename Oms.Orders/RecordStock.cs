using Microsoft.Extensions.Logging;
using Oms.Contracts;
using Oms.ServiceDefaults.Messaging;

namespace Oms.Orders;

/// <summary>Inventory says held, refused, committed, released or lost: the fact lands in whatever state the order is, then the state is decided anew.</summary>
internal static class RecordStock
{
    public static Task HandleAsync(StockEvent fact, OrderStore orders, EventPublisher publisher, TimeProvider clock, ILogger log, CancellationToken cancellation) =>
        FactFromOutside.RecordAsync(fact, (order, traceParent, now) => Decide(order, fact, traceParent, now), orders, publisher, clock, log, cancellation);

    internal static Order Decide(Order order, StockEvent fact, string? traceParent, DateTimeOffset now)
    {
        if (order.Stock is { } seen && seen.Version >= fact.Version)
        {
            return order;
        }

        var stock = new StockFact(fact.Stock.Status, fact.Version, fact.Stock.Shortages?.Any(shortage => shortage.Available is null) ?? false);

        // Given back while the order lives: nobody had answered Inventory for a day. It is asked again soon, and answers anew.
        var dueAt = stock.Status == StockStatus.Released && !order.IsFinal ? OrderTransition.Soon(order.DueAt, now) : order.DueAt;
        return OrderTransition.Next(order with { Stock = stock, DueAt = dueAt }, "inventory", now, traceParent);
    }
}
