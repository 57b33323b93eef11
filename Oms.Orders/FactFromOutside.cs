using Microsoft.Extensions.Logging;
using Oms.Contracts;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.Orders;

/// <summary>What another service says of an order: recorded once, and where it asks and nothing new came of it, the order's own last event is told again.</summary>
internal static class FactFromOutside
{
    /// <param name="decide">The order's next version, from the trace context and the time now; the very same where the fact was applied before.</param>
    public static async Task RecordAsync(
        OmsEvent fact, Func<Order, string?, DateTimeOffset, Order> decide, OrderStore orders, EventPublisher publisher, TimeProvider clock, ILogger log, CancellationToken cancellation)
    {
        var before = await orders.FindAsync(fact.OrderId, cancellation)
            ?? throw new InvalidOperationException($"Event {fact.Id} speaks of order {fact.OrderId}, which is not in this table");
        var after = await orders.ChangeAsync(before, order => decide(order, FunctionTelemetry.CurrentTraceParent, clock.Now()), cancellation);
        Log.Changed(log, after.Id, after.State, after.Version);
        if (fact.Ask && (ReferenceEquals(after, before) || !after.Emits))
        {
            await publisher.PublishAsync(await OrderEvents.OfAsync(after, orders, ask: false, cancellation), cancellation);
        }
    }
}
