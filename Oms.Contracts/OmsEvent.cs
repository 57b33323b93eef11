using System.Text.Json.Serialization;

namespace Oms.Contracts;

/// <summary>
/// What every event carries. One event per version of the sender's head; the id is "{service}/{orderId}/{version}".
/// The payload is the sender's state as of that version, never a difference, so a consumer that has seen a newer version may ignore an older one.
/// </summary>
public abstract record OmsEvent
{
    [JsonPropertyOrder(-10)]
    public required string Id { get; init; }

    [JsonPropertyOrder(-9)]
    public required string Type { get; init; }

    [JsonPropertyOrder(-8)]
    public required string Tenant { get; init; }

    [JsonPropertyOrder(-7)]
    public required string Store { get; init; }

    [JsonPropertyOrder(-6)]
    public required string OrderId { get; init; }

    [JsonPropertyOrder(-5)]
    public required long Version { get; init; }

    /// <summary>When the sender wrote this version, UTC.</summary>
    [JsonPropertyOrder(-4)]
    public required DateTimeOffset At { get; init; }

    /// <summary>W3C trace context of the order: one trace shows its whole way.</summary>
    [JsonPropertyOrder(-3)]
    [JsonPropertyName("traceparent")]
    public string? TraceParent { get; init; }

    /// <summary>The sender waits for an answer: a consumer that has applied this version already publishes its own current event again.</summary>
    [JsonPropertyOrder(-2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Ask { get; init; }
}

public sealed record OrderEvent : OmsEvent
{
    public required OrderSnapshot Order { get; init; }

    public static string IdOf(string orderId, long version) => $"orders/{orderId}/{version}";
}

public sealed record StockEvent : OmsEvent
{
    public required StockSnapshot Stock { get; init; }

    public static string IdOf(string orderId, long version) => $"inventory/{orderId}/{version}";
}

public sealed record PaymentEvent : OmsEvent
{
    public required PaymentSnapshot Payment { get; init; }

    public static string IdOf(string orderId, long version) => $"payments/{orderId}/{version}";
}

/// <summary>Where an order stands. Completed, Closed, Cancelled and Rejected are final.</summary>
public enum OrderState
{
    Received,
    AwaitingPayment,
    Review,
    Confirmed,
    Completed,
    Closed,
    Cancelled,
    Rejected,
}

/// <summary>Who collects the money: also the SNS message attribute <c>payer</c> of order events, in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Payer>))]
public enum Payer
{
    /// <summary>The shop's own payment module holds the money.</summary>
    [JsonStringEnumMemberName("magento")]
    Magento,

    /// <summary>Oms authorises at a payment gateway.</summary>
    [JsonStringEnumMemberName("oms")]
    Oms,

    /// <summary>Collected on delivery or by invoice.</summary>
    [JsonStringEnumMemberName("later")]
    Later,

    /// <summary>Nothing is to be collected.</summary>
    [JsonStringEnumMemberName("none")]
    None,
}

/// <summary>The order as other services may know it; no personal data.</summary>
public sealed record OrderSnapshot
{
    public required OrderState State { get; init; }

    /// <summary>The shop's number (Magento: increment_id).</summary>
    public string? Number { get; init; }

    public required Payer Payer { get; init; }

    /// <summary>Magento: payment.method.</summary>
    public string? Method { get; init; }

    public required string Currency { get; init; }

    /// <summary>Decimal string in <see cref="Currency"/> (Magento: grand_total).</summary>
    public required string Total { get; init; }

    /// <summary>Decimal string: what is still to be collected, after gift cards, store credit and rewards.</summary>
    public required string AmountToCollect { get; init; }

    /// <summary>What is to be reserved: leaves with stock, one row per SKU.</summary>
    public required IReadOnlyList<StockLine> Lines { get; init; }

    /// <summary>Why the order is in Review, Rejected or Cancelled: stable codes.</summary>
    public IReadOnlyList<string>? Reasons { get; init; }

    /// <summary>When the state must have changed; a reservation lives one hour longer.</summary>
    public DateTimeOffset? Deadline { get; init; }
}

/// <summary>Quantity of a SKU, up to four decimals (Magento: decimal(12,4)).</summary>
public sealed record StockLine(string Sku, decimal Quantity);

public enum StockStatus
{
    Held,
    Refused,
    Committed,
    Released,

    /// <summary>Had expired and could not be held again.</summary>
    Lost,
}

public sealed record StockSnapshot
{
    public required StockStatus Status { get; init; }

    /// <summary>The newest version of the order that this state has taken into account.</summary>
    public required long OrderVersion { get; init; }

    /// <summary>Refused or Lost: which SKUs were short, or unknown (no stock row).</summary>
    public IReadOnlyList<Shortage>? Shortages { get; init; }
}

/// <summary><see cref="Available"/> is null where the SKU has no stock row at all.</summary>
public sealed record Shortage(string Sku, decimal Wanted, decimal? Available);

public enum PaymentStatus
{
    Authorising,
    Unknown,
    Authorised,
    Declined,
    Expired,
}

public sealed record PaymentSnapshot
{
    public required PaymentStatus Status { get; init; }

    public required long OrderVersion { get; init; }

    /// <summary>Decimal string in <see cref="Currency"/>.</summary>
    public required string Amount { get; init; }

    public required string Currency { get; init; }

    /// <summary>The gateway's reason for a decline, as a stable code.</summary>
    public string? Code { get; init; }
}

/// <summary>A service's message to its own inbox: look at this order again. It decides by what it then finds, so it may come twice or late.</summary>
public sealed record DueMessage(string Type, string? OrderId = null, [property: JsonPropertyName("traceparent")] string? TraceParent = null);
