using Oms.Contracts;
using Oms.ServiceDefaults.Store;

namespace Oms.Orders;

/// <summary>
/// The head of an order: the facts that its state is decided from, the state, and the event that the last write carries.
/// Small on purpose: addresses, names and the raw order are in the document that it names.
/// </summary>
internal sealed record Order
{
    public required string Id { get; init; }

    public required string Tenant { get; init; }

    public required string Store { get; init; }

    /// <summary>Magento's increment_id; null for a native order.</summary>
    public string? Number { get; init; }

    public long Version { get; init; }

    public OrderState State { get; init; } = OrderState.Received;

    /// <summary>Why the order is in Review, Rejected or Cancelled.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    public required Payer Payer { get; init; }

    public string? Method { get; init; }

    public required Money Total { get; init; }

    /// <summary>After gift cards, store credit and rewards.</summary>
    public required Money ToCollect { get; init; }

    /// <summary>A part was paid with gift cards, store credit or rewards: money that the shop has.</summary>
    public bool Tendered { get; init; }

    /// <summary>What is to be reserved. Null: more lines than a head holds; they follow from the document.</summary>
    public required IReadOnlyList<StockLine>? Lines { get; init; }

    /// <summary>The document that the lines follow from.</summary>
    public required DocumentName Document { get; init; }

    /// <summary>The newest document with another placement, for the person who decides which one counts.</summary>
    public DocumentName? ChangedDocument { get; init; }

    /// <summary>What a person has to look at, found when the order came in.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>What operators should know and what changes nothing.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>What Magento says; null for a native order.</summary>
    public ShopFact? Shop { get; init; }

    public StockFact? Stock { get; init; }

    public PaymentFact? Payment { get; init; }

    /// <summary>Every placement that was seen; native: the hash of the request.</summary>
    public IReadOnlyList<string> Placements { get; init; } = [];

    /// <summary>The last eight operations of the API on this order: a refused write whose operation stands here was mine and succeeded.</summary>
    public IReadOnlyList<string> Operations { get; init; } = [];

    public IReadOnlyList<HistoryEntry> History { get; init; } = [];

    public required DateTimeOffset PlacedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the state must have changed.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>When somebody looks again, at the latest.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The last event, which is published again when somebody asks.</summary>
    public EventMark? LastEvent { get; init; }

    /// <summary>This very write emits <see cref="LastEvent"/>.</summary>
    public bool Emits { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>What newer code has added to the head.</summary>
    public UnknownAttributes Unknown { get; init; } = UnknownAttributes.None;

    public bool IsFinal => State is OrderState.Completed or OrderState.Closed or OrderState.Cancelled or OrderState.Rejected;

    public bool IsNative => Shop is null;
}

/// <summary>A document's hash and in how many chunks it is stored.</summary>
internal sealed record DocumentName(string Hash, int Chunks);

/// <summary>What Magento said last: its state by time, money by the largest amount seen.</summary>
internal sealed record ShopFact
{
    public string? State { get; init; }

    /// <summary>The state under a hold.</summary>
    public string? BeforeHold { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Minor units of the order's currency.</summary>
    public long Authorised { get; init; }

    public long Paid { get; init; }

    /// <summary>Something was shipped by the shop itself.</summary>
    public bool Shipped { get; init; }

    public bool OnHold => State is "holded";

    /// <summary>The state that counts: under a hold the one it had before.</summary>
    public string? Effective => OnHold ? BeforeHold : State;
}

/// <param name="Version">The newest version of Inventory that was applied.</param>
/// <param name="Unknown">A SKU has no stock row at all.</param>
internal sealed record StockFact(StockStatus Status, long Version, bool Unknown = false);

/// <param name="Version">The newest version of Payments that was applied.</param>
internal sealed record PaymentFact(PaymentStatus Status, long Version, string? Code = null);

/// <summary>Which order came first of a quote.</summary>
/// <param name="Unknown">What newer code has added to the item that says so.</param>
internal sealed record FirstOfQuote(string OrderId, UnknownAttributes Unknown);

/// <summary>One step of the timeline.</summary>
internal sealed record HistoryEntry(long Version, OrderState State, DateTimeOffset At, string Actor, string? Reason);

/// <summary>Which event the head emitted last, under which version and when.</summary>
internal sealed record EventMark(string Type, long Version, DateTimeOffset At);

/// <summary>What a customer was told of one event, or why not. The address stays in the document.</summary>
/// <param name="Version">The event's version.</param>
/// <param name="Outcome">told, superseded (the order had ended otherwise meanwhile) or unreachable (no address).</param>
internal sealed record Notice(long Version, string EventType, string Outcome, string Channel, DateTimeOffset At);
