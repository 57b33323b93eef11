using Oms.ServiceDefaults.Store;

namespace Oms.Payments;

/// <summary>
/// The head of one order's payment: facts (what the order wants, what the gateway said) and the state that follows from them.
/// Every write raises the version by one and says in <see cref="Outbox"/> which event that version is, if any.
/// </summary>
internal sealed record Payment
{
    public required string OrderId { get; init; }

    public required string Tenant { get; init; }

    public required string Store { get; init; }

    public required long Version { get; init; }

    public required PaymentState State { get; init; }

    public required Money Amount { get; init; }

    public required OrderWish Wish { get; init; }

    /// <summary>The newest version of the order that is taken into account.</summary>
    public required long OrderVersion { get; init; }

    /// <summary>Null where the gateway was never called.</summary>
    public Attempt? Attempt { get; init; }

    /// <summary>The gateway's name for the authorisation.</summary>
    public string? Reference { get; init; }

    public string? DeclineCode { get; init; }

    /// <summary>Why a person has to look.</summary>
    public PaymentCase? Case { get; init; }

    public required IReadOnlyList<HistoryEntry> History { get; init; }

    /// <summary>The event type of this version; null where nothing is told.</summary>
    public string? Outbox { get; init; }

    /// <summary>The last event that said where the payment stands: it is told again to whoever asks. That a case was opened says nothing of it.</summary>
    public required EventMark Told { get; init; }

    /// <summary>When this version was written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When the clock looks at it again, at the latest; a lower bound.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>What newer code has added to the head.</summary>
    public UnknownAttributes Unknown { get; init; } = UnknownAttributes.None;

    /// <summary>What was told last still holds. An authorisation that is being given up is none that an order may count on.</summary>
    public bool CanBeTold => IsFinal || State == PaymentState.Authorised || (State == PaymentState.Voiding && Told.Type != EventTypes.PaymentAuthorised);

    public bool IsFinal => State is PaymentState.Declined or PaymentState.Voided or PaymentState.Expired;

    /// <summary>The first version: the attempt that the winner of its write then makes.</summary>
    public static Payment Begin(OrderEvent order, DateTimeOffset now) => First(order, PaymentState.Authorising, OrderWish.Collect, "awaiting-payment", EventTypes.PaymentStarted, now) with
    {
        Attempt = Attempt.Of(order.OrderId, number: 1, now),
        DueAt = now + PaymentTimes.ClockSlack,
    };

    /// <summary>A payment that never was, under which a later wish to collect does nothing.</summary>
    public static Payment Tombstone(OrderEvent order, OrderWish wish, string reason, DateTimeOffset now) =>
        First(order, PaymentState.Expired, wish, reason, EventTypes.PaymentExpired, now);

    /// <summary>The next version in another state.</summary>
    public Payment To(PaymentState state, string by, string? reason, string? tell, DateTimeOffset now) => Same(tell, now) with
    {
        State = state,
        History = [.. History, new HistoryEntry(Version + 1, now, state, by, reason)],
    };

    /// <summary>The next version in the same state.</summary>
    public Payment Same(string? tell, DateTimeOffset now) => this with
    {
        Version = checked(Version + 1),
        At = now,
        Outbox = tell,
        Told = tell is null or EventTypes.PaymentCaseOpened ? Told : new EventMark(tell, Version + 1, now),
    };

    /// <summary>A person has to look; said once per reason, by a version of its own.</summary>
    public Payment WithCase(string code) => Case?.Code == code ? this : this with { Case = new PaymentCase(code, Told: false) };

    public Payment TellCase(DateTimeOffset now) => To(State, "payments", "case: " + Case!.Code, EventTypes.PaymentCaseOpened, now) with { Case = Case with { Told = true } };

    /// <summary>Takes note of what a newer event of the order wants; versions and wishes only grow.</summary>
    public Payment Seeing(OrderEvent order, OrderWish wish) => this with
    {
        OrderVersion = Math.Max(OrderVersion, order.Version),
        Wish = wish > Wish ? wish : Wish,
    };

    /// <summary>Looks at the gateway at once, unless a call is running: its answer meets what was just written.</summary>
    public Payment AskedNow(DateTimeOffset now) => Attempt is { } attempt && now >= attempt.LeaseUntil ? this with { Attempt = attempt with { AskAt = now } } : this;

    private static Payment First(OrderEvent order, PaymentState state, OrderWish wish, string reason, string tell, DateTimeOffset now) => new()
    {
        OrderId = order.OrderId,
        Tenant = order.Tenant,
        Store = order.Store,
        Version = 1,
        State = state,
        Amount = AmountOf(order),
        Wish = wish,
        OrderVersion = order.Version,
        History = [new HistoryEntry(1, now, state, "order", reason)],
        Outbox = tell,
        Told = new EventMark(tell, 1, now),
        At = now,
        TraceParent = order.TraceParent,
    };

    private static Money AmountOf(OrderEvent order) =>
        Money.IsCurrency(order.Order.Currency) && Money.TryParse(order.Order.AmountToCollect, order.Order.Currency, out var amount)
            ? amount
            : throw new FormatException($"{order.Id}: amountToCollect is not an amount of its currency");
}

/// <summary>Where an order's payment stands. Declined, Voided and Expired are final: no money is held.</summary>
internal enum PaymentState
{
    /// <summary>The gateway is being called.</summary>
    Authorising,

    /// <summary>It was called, and what came of it is not known: it is asked until it is.</summary>
    Unknown,
    Authorised,
    Declined,

    /// <summary>Nobody wants the authorisation any more; it is being given up at the gateway.</summary>
    Voiding,
    Voided,

    /// <summary>There is no authorisation and none is coming.</summary>
    Expired,
}

/// <summary>What the order wants of its payment. It only ever grows.</summary>
internal enum OrderWish
{
    Collect,

    /// <summary>The deadline has passed: what there is may stay, nothing new is begun.</summary>
    Close,

    /// <summary>The order is cancelled or rejected: what there is, is given up.</summary>
    Release,
}

/// <summary>One try to authorise. Number and key are fixed by the order: repeating it is repeating this one.</summary>
/// <param name="Key">The gateway's idempotency key.</param>
/// <param name="StartedAt">When the key was first used: its horizon counts from here.</param>
/// <param name="LeaseUntil">Until then a call is its winner's alone; when it is over, or this has passed, the gateway may be asked.</param>
/// <param name="Asks">How often the outcome was looked for in vain.</param>
/// <param name="AskAt">When to look next.</param>
internal sealed record Attempt(int Number, string Key, DateTimeOffset StartedAt, DateTimeOffset LeaseUntil, int Asks, DateTimeOffset AskAt)
{
    public static Attempt Of(string orderId, int number, DateTimeOffset now) =>
        new(number, $"{orderId}-authorise-{number}", now, now + PaymentTimes.Lease, Asks: 0, now + PaymentTimes.Lease);
}

/// <param name="Told">Whether it has its event; a state change and its case are two versions.</param>
internal sealed record PaymentCase(string Code, bool Told)
{
    /// <summary>The gateway refused the request itself: a mistake on our side.</summary>
    public const string RequestRefused = "gateway-refused-request";

    /// <summary>A day has passed and the gateway does not say whether the money is authorised.</summary>
    public const string OutcomeUnknown = "gateway-outcome-unknown";

    /// <summary>Money was authorised for an order that had been given up already.</summary>
    public const string LateAuthorisation = "late-authorisation";

    /// <summary>An authorisation that nobody wants could not be given up.</summary>
    public const string VoidFailed = "void-failed";
}

internal sealed record HistoryEntry(long Version, DateTimeOffset At, PaymentState State, string By, string? Reason);

/// <summary>Which event was told, under which version and when.</summary>
internal sealed record EventMark(string Type, long Version, DateTimeOffset At);
