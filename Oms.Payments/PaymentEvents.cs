namespace Oms.Payments;

/// <summary>What other services are told of a payment.</summary>
internal static class PaymentEvents
{
    /// <summary>The event that this version carries; null where it tells nothing.</summary>
    public static PaymentEvent? OfVersion(Payment payment) => payment.Outbox is { } type ? Of(payment, new EventMark(type, payment.Version, payment.At)) : null;

    /// <summary>What was told last of where the payment stands, as an answer to somebody who asks: the same event, under the same id.</summary>
    public static PaymentEvent LastTold(Payment payment) => Of(payment, payment.Told);

    /// <summary>What the state itself tells, under the version of the head.</summary>
    public static EventMark MarkOf(PaymentState state, long version, DateTimeOffset at) => new(
        state switch
        {
            PaymentState.Authorising => EventTypes.PaymentStarted,
            PaymentState.Unknown => EventTypes.PaymentUnknown,
            PaymentState.Authorised or PaymentState.Voiding => EventTypes.PaymentAuthorised, // it is there until the gateway has given it up
            PaymentState.Declined => EventTypes.PaymentDeclined,
            _ => EventTypes.PaymentExpired,
        },
        version,
        at);

    /// <summary>An authorisation that is being given up, or was, is none that an order may count on.</summary>
    public static PaymentStatus StatusOf(PaymentState state) => state switch
    {
        PaymentState.Authorising => PaymentStatus.Authorising,
        PaymentState.Unknown => PaymentStatus.Unknown,
        PaymentState.Authorised => PaymentStatus.Authorised,
        PaymentState.Declined => PaymentStatus.Declined,
        _ => PaymentStatus.Expired,
    };

    private static PaymentStatus StatusOf(string type, Payment payment) => type switch
    {
        EventTypes.PaymentStarted => PaymentStatus.Authorising,
        EventTypes.PaymentUnknown => PaymentStatus.Unknown,
        EventTypes.PaymentAuthorised => PaymentStatus.Authorised,
        EventTypes.PaymentDeclined => PaymentStatus.Declined,
        EventTypes.PaymentExpired => PaymentStatus.Expired,
        _ => StatusOf(payment.State),
    };

    private static PaymentEvent Of(Payment payment, EventMark mark) => new()
    {
        Id = PaymentEvent.IdOf(payment.OrderId, mark.Version),
        Type = mark.Type,
        Tenant = payment.Tenant,
        Store = payment.Store,
        OrderId = payment.OrderId,
        Version = mark.Version,
        At = mark.At,
        TraceParent = payment.TraceParent,
        Payment = new PaymentSnapshot
        {
            Status = StatusOf(mark.Type, payment),
            OrderVersion = payment.OrderVersion,
            Amount = payment.Amount.ToWire(),
            Currency = payment.Amount.Currency,
            Code = mark.Type == EventTypes.PaymentCaseOpened ? payment.Case?.Code : payment.DeclineCode,
        },
    };
}
