namespace Oms.Contracts;

/// <summary>Wire names of events: the SNS message attribute <c>type</c>, by which subscriptions filter. A changed meaning gets a new version.</summary>
public static class EventTypes
{
    public const string OrderPlaced = "order.placed.v1";
    public const string OrderInReview = "order.in-review.v1";
    public const string OrderAwaitingPayment = "order.awaiting-payment.v1";

    /// <summary>A question: the payment deadline has passed; only Payments' answer "expired" cancels.</summary>
    public const string OrderPaymentDue = "order.payment-due.v1";
    public const string OrderConfirmed = "order.confirmed.v1";
    public const string OrderRejected = "order.rejected.v1";
    public const string OrderCancelled = "order.cancelled.v1";

    /// <summary>Taken over from the shop in a final state: nothing to reserve, nobody to tell.</summary>
    public const string OrderRecorded = "order.recorded.v1";

    public const string StockHeld = "stock.held.v1";
    public const string StockRefused = "stock.refused.v1";
    public const string StockCommitted = "stock.committed.v1";
    public const string StockReleased = "stock.released.v1";

    /// <summary>A reservation that had expired could not be held again when the order was confirmed.</summary>
    public const string StockLost = "stock.lost.v1";

    public const string PaymentStarted = "payment.started.v1";
    public const string PaymentAuthorised = "payment.authorised.v1";
    public const string PaymentDeclined = "payment.declined.v1";

    /// <summary>The gateway does not have the authorisation and will not get it: the order may be cancelled.</summary>
    public const string PaymentExpired = "payment.expired.v1";

    /// <summary>The gateway's answer is not known yet; Payments keeps asking.</summary>
    public const string PaymentUnknown = "payment.unknown.v1";

    /// <summary>A person has to look: for example money authorised for an order that was cancelled meanwhile.</summary>
    public const string PaymentCaseOpened = "payment.case-opened.v1";

    // Messages of a service to its own inbox; they never leave it.
    public const string ClockTick = "clock.tick.v1";
    public const string OrderDue = "order.due.v1";
    public const string PaymentDue = "payment.due.v1";
    public const string StockDue = "stock.due.v1";
}
