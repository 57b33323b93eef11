using Oms.Contracts;

namespace Oms.Orders;

/// <summary>From one version of a head to the next: state decided anew, history, deadline, and the event that the write carries.</summary>
internal static class OrderTransition
{
    /// <summary>Somebody looks this long after the last write of a new order; nothing that goes well takes as long.</summary>
    public static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(2);

    /// <param name="facts">The head as read, with new facts in it.</param>
    /// <param name="because">What happened, for the timeline, where the state itself does not say.</param>
    public static Order Next(Order facts, string actor, DateTimeOffset now, string? traceParent, string? because = null, string? question = null)
    {
        var (state, reasons) = OrderDecision.Of(facts);
        var isFirst = facts.Version == 0;
        var moved = isFirst || state != facts.State;
        var told = moved || (state == OrderState.Review && !reasons.SequenceEqual(facts.Reasons, StringComparer.Ordinal));
        var version = facts.Version + 1;
        var type = told ? TypeOf(state, isRecorded: isFirst) : question;
        return facts with
        {
            Version = version,
            State = state,
            Reasons = reasons,
            UpdatedAt = now,
            History = moved || because is not null
                ? [.. facts.History, new HistoryEntry(version, state, now, actor, because ?? (reasons.Count > 0 ? reasons[0] : null))]
                : facts.History,
            Deadline = moved ? DeadlineOf(facts, state, now) : facts.Deadline,
            DueAt = moved && type is not EventTypes.OrderRecorded ? Soon(facts.DueAt, now) : facts.DueAt,
            LastEvent = type is null ? facts.LastEvent : new EventMark(type, version, now),
            Emits = type is not null,
            TraceParent = traceParent ?? facts.TraceParent,
        };
    }

    /// <summary>When to look at what has just changed: a look that comes before anyhow stays where it is in the index, and costs nothing.</summary>
    public static DateTimeOffset Soon(DateTimeOffset? dueAt, DateTimeOffset now) => dueAt is { } due && due < now + FirstLook ? due : now + FirstLook;

    /// <summary>A write that only notes when to look again.</summary>
    public static Order LookAgain(Order order, DateTimeOffset? dueAt, DateTimeOffset now) =>
        order with { Version = order.Version + 1, DueAt = dueAt, UpdatedAt = now, Emits = false };

    public static DateTimeOffset? DeadlineOf(Order order, OrderState state, DateTimeOffset now) => state switch
    {
        OrderState.Received => now + TimeSpan.FromHours(1),
        OrderState.AwaitingPayment when order.Payer == Payer.Oms => now + TimeSpan.FromMinutes(30),
        OrderState.AwaitingPayment when PaymentMethods.PaysByTransfer(order.Method) => now + TimeSpan.FromDays(7),

        // Magento cancels what stays in pending_payment by itself after eight hours; only what it forgets comes before a person.
        OrderState.AwaitingPayment => now + TimeSpan.FromHours(9),
        OrderState.Review => now + TimeSpan.FromDays(7),
        _ => null,
    };

    private static string TypeOf(OrderState state, bool isRecorded) => state switch
    {
        OrderState.Received => EventTypes.OrderPlaced,
        OrderState.Review => EventTypes.OrderInReview,
        OrderState.AwaitingPayment => EventTypes.OrderAwaitingPayment,
        OrderState.Confirmed => EventTypes.OrderConfirmed,
        OrderState.Cancelled when !isRecorded => EventTypes.OrderCancelled,
        OrderState.Rejected => EventTypes.OrderRejected,
        _ => EventTypes.OrderRecorded,
    };
}
