using Microsoft.Extensions.Logging;
using Oms.Contracts;
using Oms.ServiceDefaults.Messaging;

namespace Oms.Orders;

/// <summary>Payments says authorised, declined or expired. Money for an order that has ended is noted, and the end is soon told again, so that Payments gives it back.</summary>
internal static class RecordPayment
{
    public static Task HandleAsync(PaymentEvent fact, OrderStore orders, EventPublisher publisher, TimeProvider clock, ILogger log, CancellationToken cancellation) =>
        FactFromOutside.RecordAsync(fact, (order, traceParent, now) => Decide(order, fact, traceParent, now), orders, publisher, clock, log, cancellation);

    internal static Order Decide(Order order, PaymentEvent fact, string? traceParent, DateTimeOffset now)
    {
        if (order.Payment is { } seen && seen.Version >= fact.Version)
        {
            return order;
        }

        var isUnwanted = order.IsFinal && fact.Payment.Status == PaymentStatus.Authorised;
        var isLate = isUnwanted && !order.Flags.Contains(Reason.PaidAfterEnd, StringComparer.Ordinal);
        var facts = order with
        {
            Payment = new PaymentFact(fact.Payment.Status, fact.Version, fact.Payment.Code),
            DueAt = isUnwanted ? OrderTransition.Soon(order.DueAt, now) : order.DueAt,
            Flags = isLate ? [.. order.Flags, Reason.PaidAfterEnd] : order.Flags,
        };
        return OrderTransition.Next(facts, "payments", now, traceParent, isLate ? Reason.PaidAfterEnd : null);
    }
}
