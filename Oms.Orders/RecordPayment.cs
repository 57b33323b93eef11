using Microsoft.Extensions.Logging;
using Oms.Contracts;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.Orders;

/// <summary>Payments says authorised, declined or expired. Money for an order that has ended is noted; giving it back is Payments' own case.</summary>
internal static class RecordPayment
{
    public static async Task HandleAsync(PaymentEvent fact, OrderStore orders, EventPublisher publisher, TimeProvider clock, ILogger log, CancellationToken cancellation)
    {
        var before = await orders.FindAsync(fact.OrderId, cancellation)
            ?? throw new InvalidOperationException($"Payments speaks of order {fact.OrderId}, which is not in this table");
        var after = await orders.ChangeAsync(before, order => Decide(order, fact, FunctionTelemetry.CurrentTraceParent, clock.Now()), cancellation);
        Log.Changed(log, after.Id, after.State, after.Version);
        if (fact.Ask && (ReferenceEquals(after, before) || !after.Emits))
        {
            await publisher.PublishAsync(await OrderEvents.OfAsync(after, orders, ask: false, cancellation), cancellation);
        }
    }

    internal static Order Decide(Order order, PaymentEvent fact, string? traceParent, DateTimeOffset now)
    {
        if (order.Payment is { } seen && seen.Version >= fact.Version)
        {
            return order;
        }

        var isLate = order.IsFinal && fact.Payment.Status == PaymentStatus.Authorised && !order.Flags.Contains(Reason.PaidAfterEnd, StringComparer.Ordinal);
        var facts = order with
        {
            Payment = new PaymentFact(fact.Payment.Status, fact.Version, fact.Payment.Code),
            Flags = isLate ? [.. order.Flags, Reason.PaidAfterEnd] : order.Flags,
        };
        return OrderTransition.Next(facts, "payments", now, traceParent, isLate ? Reason.PaidAfterEnd : null);
    }
}
