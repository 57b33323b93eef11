using System.Diagnostics;
using Oms.Payments.Gateway;

namespace Oms.Payments;

/// <summary>What follows from the facts on a payment's head: when somebody looks at it, and when the gateway has spoken. Decided here, done by <see cref="PaymentWork"/>.</summary>
internal static class NextStep
{
    /// <summary>A delayed message or the clock says to look, an event came a second time, or something was just written.</summary>
    public static Step OnLooking(Payment payment, GatewayTraits gateway, DateTimeOffset now) => payment switch
    {
        { Case.Told: false } => new Step.Write(payment.TellCase(now)),
        { State: PaymentState.Authorising or PaymentState.Unknown or PaymentState.Voiding, Attempt: { } attempt } when now < attempt.LeaseUntil || now < attempt.AskAt =>
            Step.Nothing.Instance,
        { State: PaymentState.Voiding } => new Step.Write(Leased(payment, now), GatewayCall.Void),
        { State: PaymentState.Authorising or PaymentState.Unknown } => gateway.CanBeAsked ? new Step.Ask(payment) : Repeat(payment, gateway, now),
        { DueAt: { } due } when now >= due => payment is { State: PaymentState.Expired, Attempt: not null } or { Case.Code: PaymentCase.RequestRefused } && gateway.CanBeAsked
            ? new Step.Ask(payment)
            : new Step.Write(payment.Same(tell: null, now) with { DueAt = null }),
        _ => Step.Nothing.Instance,
    };

    /// <summary>The gateway has spoken. It may be late: whatever the state is by now, its word is a fact.</summary>
    /// <param name="asked">When the call began: a "not found" speaks of that moment.</param>
    public static Step OnHearing(Payment payment, GatewayOutcome outcome, GatewayTraits gateway, DateTimeOffset asked, DateTimeOffset now) => payment.State switch
    {
        // Nothing was learnt, and somebody else is calling the gateway by now: that lease is not ours to end.
        _ when outcome is GatewayOutcome.Unknown && payment.Attempt is { LeaseUntil: var until } && now < until && asked < until - PaymentTimes.Lease => Step.Nothing.Instance,
        PaymentState.Authorising or PaymentState.Unknown => OfOpenAttempt(payment, outcome, gateway, asked, now),
        PaymentState.Authorised => Step.Nothing.Instance,
        PaymentState.Voiding => OfVoiding(payment, outcome, now),
        PaymentState.Declined or PaymentState.Voided or PaymentState.Expired => OfFinal(payment, outcome, now),
        _ => throw new UnreachableException(),
    };

    /// <summary>Nobody wants the authorisation: that is written first, then the winner of that write tells the gateway.</summary>
    public static Step.Write GiveUp(Payment payment, string by, string reason, DateTimeOffset now)
    {
        var voiding = payment.To(PaymentState.Voiding, by, reason, tell: null, now);
        return new Step.Write(Lease(voiding with { Attempt = voiding.Attempt! with { Asks = 0 } }, now), GatewayCall.Void);
    }

    private static Step OfOpenAttempt(Payment payment, GatewayOutcome outcome, GatewayTraits gateway, DateTimeOffset asked, DateTimeOffset now) => outcome switch
    {
        GatewayOutcome.Approved(var reference) when payment.Wish == OrderWish.Release =>
            GiveUp(payment with { Reference = reference }, "gateway", "approved-after-release", now),
        GatewayOutcome.Approved(var reference) =>
            new Step.Write((payment with { Reference = reference }).To(PaymentState.Authorised, "gateway", "approved", EventTypes.PaymentAuthorised, now)),
        GatewayOutcome.Declined(var code) =>
            new Step.Write((payment with { DeclineCode = code }).To(PaymentState.Declined, "gateway", code, EventTypes.PaymentDeclined, now)),
        GatewayOutcome.Refused(var code) => new Step.Write(OfRefused(payment, code, now)),
        GatewayOutcome.Voided =>
            new Step.Write(payment.To(PaymentState.Voided, "gateway", "voided", EventTypes.PaymentExpired, now)),
        GatewayOutcome.Unknown(var reason) => new Step.Write(NotKnown(payment, reason, now)),
        GatewayOutcome.NotFound => OfNotFound(payment, payment.Attempt!.LeaseUntil, gateway, asked, now),
        _ => throw new UnreachableException(),
    };

    /// <summary>Where the request was a repetition, the first may still be on its way, and be taken: the gateway is asked once more later.</summary>
    private static Payment OfRefused(Payment payment, string code, DateTimeOffset now)
    {
        var declined = (payment with { DeclineCode = code }).To(PaymentState.Declined, "gateway", code, EventTypes.PaymentDeclined, now).WithCase(PaymentCase.RequestRefused);
        return payment.Version > 1 ? declined with { DueAt = now + PaymentTimes.LastLook } : declined;
    }

    private static Step OfNotFound(Payment payment, DateTimeOffset leaseUntil, GatewayTraits gateway, DateTimeOffset asked, DateTimeOffset now) => payment.Wish switch
    {
        // Somebody has begun to repeat it since this was asked.
        _ when asked < leaseUntil => Step.Nothing.Instance,
        OrderWish.Collect => Repeat(payment, gateway, now),
        _ when asked < leaseUntil + PaymentTimes.Settled => new Step.Write(NotKnown(payment, "not-found", now, notBefore: leaseUntil + PaymentTimes.Settled)),
        _ => new Step.Write(payment.To(PaymentState.Expired, "gateway", "not-found", EventTypes.PaymentExpired, now) with { DueAt = now + PaymentTimes.LastLook }),
    };

    private static Step OfVoiding(Payment payment, GatewayOutcome outcome, DateTimeOffset now) => outcome switch
    {
        GatewayOutcome.Voided => new Step.Write(payment.To(PaymentState.Voided, "gateway", "voided", EventTypes.PaymentExpired, now)),
        GatewayOutcome.Refused => new Step.Write(AskLater(payment.Same(tell: null, now).WithCase(PaymentCase.VoidFailed), now)),
        GatewayOutcome.Unknown when now - payment.History[^1].At >= PaymentTimes.CaseAfter => new Step.Write(AskLater(payment.Same(tell: null, now).WithCase(PaymentCase.VoidFailed), now)),
        GatewayOutcome.Unknown => new Step.Write(AskLater(payment.Same(tell: null, now), now)),

        // Answers about the authorisation that come late: that it exists is known.
        GatewayOutcome.Approved or GatewayOutcome.Declined or GatewayOutcome.NotFound => Step.Nothing.Instance,
        _ => throw new UnreachableException(),
    };

    private static Step OfFinal(Payment payment, GatewayOutcome outcome, DateTimeOffset now) => outcome switch
    {
        // Money for an order that is over: it goes back, and a person is told.
        GatewayOutcome.Approved(var reference) when payment.State != PaymentState.Voided =>
            GiveUp((payment with { Reference = reference }).WithCase(PaymentCase.LateAuthorisation), "gateway", "approved-late", now),
        _ when payment.DueAt is null || now < payment.DueAt => Step.Nothing.Instance,
        GatewayOutcome.Unknown => new Step.Write(payment.Same(tell: null, now) with { DueAt = now + PaymentTimes.LastLook }),
        _ => new Step.Write(payment.Same(tell: null, now) with { DueAt = null }),
    };

    /// <summary>The same key with the same parameters, while the gateway surely remembers the key; afterwards never.</summary>
    private static Step.Write Repeat(Payment payment, GatewayTraits gateway, DateTimeOffset now) => now - payment.Attempt!.StartedAt < gateway.KeyHorizon / 2
        ? new Step.Write(Leased(payment, now), GatewayCall.Authorise)
        : new Step.Write(NotKnown(payment, "key-too-old", now));

    private static Payment Leased(Payment payment, DateTimeOffset now) => Lease(payment.Same(tell: null, now), now);

    private static Payment Lease(Payment payment, DateTimeOffset now)
    {
        var lease = now + PaymentTimes.Lease;
        return payment with { Attempt = payment.Attempt! with { LeaseUntil = lease, AskAt = lease }, DueAt = lease + PaymentTimes.ClockSlack };
    }

    private static Payment NotKnown(Payment payment, string reason, DateTimeOffset now, DateTimeOffset? notBefore = null)
    {
        var next = payment.State == PaymentState.Unknown
            ? payment.Same(tell: null, now)
            : payment.To(PaymentState.Unknown, "gateway", reason, EventTypes.PaymentUnknown, now);
        return AskLater(now - payment.Attempt!.StartedAt < PaymentTimes.CaseAfter ? next : next.WithCase(PaymentCase.OutcomeUnknown), now, notBefore);
    }

    /// <summary>The call is over, and with it its lease; when to look next depends on how often that was in vain.</summary>
    private static Payment AskLater(Payment payment, DateTimeOffset now, DateTimeOffset? notBefore = null)
    {
        var attempt = payment.Attempt!;
        var askAt = notBefore ?? now + PaymentTimes.WaitAfter(attempt.Asks, personLooks: payment.Case?.Code is PaymentCase.OutcomeUnknown or PaymentCase.VoidFailed);
        return payment with
        {
            Attempt = attempt with { Asks = attempt.Asks + 1, AskAt = askAt, LeaseUntil = attempt.LeaseUntil < now ? attempt.LeaseUntil : now },
            DueAt = askAt + PaymentTimes.ClockSlack,
        };
    }
}
