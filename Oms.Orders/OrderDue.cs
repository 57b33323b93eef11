using Microsoft.Extensions.Logging;
using Oms.Contracts;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.Orders;

/// <summary>
/// Looks at an order that the clock found due. Who owes an answer is asked again (a lost message, a dead-letter queue, a day of outage heal so);
/// a payment deadline is a question to Payments, never a verdict. Every state that is not final comes back here until it is.
/// </summary>
internal static class OrderDue
{
    /// <summary>Asked again two minutes after placing, then ever more seldom, at least every hour.</summary>
    private static readonly TimeSpan Soonest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Latest = TimeSpan.FromHours(1);

    internal abstract record Outcome
    {
        private Outcome()
        {
        }

        /// <summary>Somebody has looked already.</summary>
        internal sealed record NotYet : Outcome;

        /// <summary>Nobody owes anything any more, or only the clock is to be set.</summary>
        internal sealed record Wait(DateTimeOffset? Until) : Outcome;

        /// <summary>The last event is published again, as a question.</summary>
        internal sealed record Ask(DateTimeOffset Next) : Outcome;

        /// <summary>Something changes: a payment is overdue, a review goes into another week.</summary>
        internal sealed record Change(Order Next) : Outcome;
    }

    public static async Task HandleAsync(DueMessage message, OrderStore orders, EventPublisher publisher, TimeProvider clock, ILogger log, CancellationToken cancellation)
    {
        if (message.OrderId is null || await orders.FindAsync(message.OrderId, cancellation) is not { } order)
        {
            throw new InvalidOperationException("The clock names an order that is not in this table");
        }

        var outcome = Decide(order, FunctionTelemetry.CurrentTraceParent, clock.Now());
        Log.LookedAt(log, order.Id, order.State, outcome.GetType().Name);
        var after = await orders.ChangeAsync(order, head => head.Version != order.Version ? head : Next(head, outcome, clock.Now()), cancellation);

        // After the timer: while SNS is away each question fails once, not once a minute. Where somebody else has changed the order it is still due.
        if (outcome is Outcome.Ask ask && after.Version == order.Version + 1 && after.DueAt == ask.Next)
        {
            await publisher.PublishAsync(await OrderEvents.OfAsync(after, orders, ask: true, cancellation), cancellation);
        }
    }

    internal static Outcome Decide(Order order, string? traceParent, DateTimeOffset now)
    {
        if (order.DueAt is null || order.DueAt > now)
        {
            return new Outcome.NotYet();
        }

        var isOverdue = order.Deadline <= now;
        return order.State switch
        {
            OrderState.AwaitingPayment when order.Payer == Payer.Oms && isOverdue && order.LastEvent?.Type != EventTypes.OrderPaymentDue =>
                new Outcome.Change(OrderTransition.Next(order with { DueAt = now + Soonest }, "clock", now, traceParent, question: EventTypes.OrderPaymentDue)),
            OrderState.AwaitingPayment when order.Payer != Payer.Oms && isOverdue =>
                new Outcome.Change(OrderTransition.Next(order with { Doubts = [.. order.Doubts, Reason.PaymentOverdue], DueAt = now + Soonest }, "clock", now, traceParent)),
            OrderState.Review when isOverdue => new Outcome.Change(Renew(order, traceParent, now)),
            OrderState.AwaitingPayment or OrderState.Review =>
                OrderDecision.IsSettled(order) ? new Outcome.Wait(order.Deadline) : new Outcome.Ask(Earlier(Later(order, now), isOverdue ? null : order.Deadline)),

            _ when !OrderDecision.IsSettled(order) => new Outcome.Ask(Later(order, now)),

            // Told once more all the same, to whoever else listens; then it waits for fulfilment.
            OrderState.Confirmed when now - order.LastEvent!.At < Latest => new Outcome.Ask(now + Latest),
            _ => new Outcome.Wait(null),
        };
    }

    private static Order Next(Order order, Outcome outcome, DateTimeOffset now) => outcome switch
    {
        Outcome.NotYet => order,
        Outcome.Wait wait => OrderTransition.LookAgain(order, wait.Until, now),
        Outcome.Ask ask => OrderTransition.LookAgain(order, ask.Next, now),
        Outcome.Change change => change.Next,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A person still has to decide: another week, told to Inventory so that it goes on holding.</summary>
    private static Order Renew(Order order, string? traceParent, DateTimeOffset now)
    {
        var deadline = OrderTransition.DeadlineOf(order, OrderState.Review, now);
        return OrderTransition.Next(order with { Deadline = deadline, DueAt = deadline }, "clock", now, traceParent, question: EventTypes.OrderInReview);
    }

    /// <summary>Twice as old as it is now, within bounds.</summary>
    private static DateTimeOffset Later(Order order, DateTimeOffset now)
    {
        var age = now - (order.LastEvent?.At ?? order.UpdatedAt);
        return now + (age < Soonest ? Soonest : age > Latest ? Latest : age);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset? other) => other is { } time && time < one ? time : one;
}
