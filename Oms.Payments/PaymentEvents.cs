namespace Oms.Payments;

/// <summary>What other services are told of a payment.</summary>
internal static class PaymentEvents
{
    /// <summary>The event that this version carries; null where it tells nothing.</summary>
    public static PaymentEvent? OfVersion(Payment payment) => payment.Outbox is { } type ? Of(payment, type) : null;

    /// <summary>The current state as an answer to somebody who asks; the same id as the version's own event.</summary>
    public static PaymentEvent OfState(Payment payment) => Of(payment, payment.State switch
    {
        PaymentState.Authorising => EventTypes.PaymentStarted,
        PaymentState.Unknown => EventTypes.PaymentUnknown,
        PaymentState.Authorised => EventTypes.PaymentAuthorised,
        PaymentState.Declined => EventTypes.PaymentDeclined,
        _ => EventTypes.PaymentExpired,
    });

    /// <summary>An authorisation that is being given up, or was, is none that an order may count on.</summary>
    public static PaymentStatus StatusOf(PaymentState state) => state switch
    {
        PaymentState.Authorising => PaymentStatus.Authorising,
        PaymentState.Unknown => PaymentStatus.Unknown,
        PaymentState.Authorised => PaymentStatus.Authorised,
        PaymentState.Declined => PaymentStatus.Declined,
        _ => PaymentStatus.Expired,
    };

    private static PaymentEvent Of(Payment payment, string type) => new()
    {
        Id = PaymentEvent.IdOf(payment.OrderId, payment.Version),
        Type = type,
        Tenant = payment.Tenant,
        Store = payment.Store,
        OrderId = payment.OrderId,
        Version = payment.Version,
        At = payment.At,
        TraceParent = payment.TraceParent,
        Payment = new PaymentSnapshot
        {
            Status = StatusOf(payment.State),
            OrderVersion = payment.OrderVersion,
            Amount = payment.Amount.ToWire(),
            Currency = payment.Amount.Currency,
            Code = type == EventTypes.PaymentCaseOpened ? payment.Case?.Code : payment.DeclineCode,
        },
    };
}
