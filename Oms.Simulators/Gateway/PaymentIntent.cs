namespace Oms.Simulators.Gateway;

internal sealed record PaymentIntent
{
    public required string Id { get; init; }

    public string Object { get; } = "payment_intent";

    public required long Amount { get; init; }

    public required long AmountCapturable { get; init; }

    public required string Currency { get; init; }

    public required string Status { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long Created { get; init; }

    public string? Reference { get; init; }

    public string? IdempotencyKey { get; init; }

    public GatewayError? LastPaymentError { get; init; }
}

internal static class IntentStatus
{
    public const string RequiresCapture = "requires_capture";
    public const string RequiresPaymentMethod = "requires_payment_method";
    public const string Canceled = "canceled";
}

internal sealed record GatewayError(string Type, string Code, string Message)
{
    public string? DeclineCode { get; init; }

    public string? Param { get; init; }

    public PaymentIntent? PaymentIntent { get; init; }
}

internal sealed record ErrorBody(GatewayError Error);

internal sealed record IntentList(IReadOnlyList<PaymentIntent> Data)
{
    public string Object { get; } = "list";

    public bool HasMore { get; }
}

internal static class EntryKind
{
    public const string Authorised = "authorised";
    public const string Declined = "declined";
    public const string Canceled = "canceled";
}

/// <summary>One line of the ledger; amounts in minor units.</summary>
internal sealed record LedgerEntry(int Sequence, DateTimeOffset At, string Kind, string Id, long Amount, string Currency, string? Reference, string? IdempotencyKey);

internal sealed record Ledger(IReadOnlyList<LedgerEntry> Entries);

/// <summary>What a caller asks for: Stripe's "create and confirm with capture_method manual".</summary>
internal sealed record AuthorisationRequest(long Amount, string Currency, string Token, string? Reference);
