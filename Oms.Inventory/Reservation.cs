using Oms.Contracts;
using Oms.ServiceDefaults.Store;

namespace Oms.Inventory;

/// <summary>
/// What one order holds of the stock. Held and Committed are states of the reservation: its units stand as reserved in the stock rows either way.
/// Up to <see cref="PartSize"/> SKUs change hands in one transaction with the head; more go in numbered parts, each with its own head write,
/// so that after a crash anybody can see how far it got (<see cref="Taken"/>) and where it was going (<see cref="Aim"/>).
/// </summary>
internal sealed record Reservation
{
    /// <summary>A transaction has 100 actions, and one of them is the head.</summary>
    public const int PartSize = 99;

    /// <summary>A reservation outlives the order's deadline by this much, then Orders is asked.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>Where an order names no deadline.</summary>
    public static readonly TimeSpan DefaultLife = TimeSpan.FromHours(24);

    /// <summary>After this much, an unfinished reservation is taken up again by the clock.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>On whose word units are given back that nobody has asked back.</summary>
    public const string Clock = "clock";

    private const int LongestHistory = 20;

    /// <summary>An event names so many; those first that no row is known of, because an unknown SKU is judged otherwise than a short one.</summary>
    private const int MostShortages = 20;

    public required string OrderId { get; init; }

    public required string Tenant { get; init; }

    public required string Store { get; init; }

    /// <summary>0: not stored yet. Every write of the head raises it by one.</summary>
    public long Version { get; init; }

    /// <summary>What was last said; null where the order was over before anything was reserved.</summary>
    public StockStatus? Status { get; init; }

    /// <summary>Set while parts are still to be taken or given back.</summary>
    public Aim? Aim { get; init; }

    /// <summary>The newest version of the order that was applied.</summary>
    public long OrderVersion { get; init; }

    /// <summary>One line per SKU.</summary>
    public IReadOnlyList<StockLine> Lines { get; init; } = [];

    /// <summary>Parts whose units are reserved in the stock rows: parts 0 to Taken - 1.</summary>
    public int Taken { get; init; }

    /// <summary>When Orders is asked whether it still wants the stock.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Questions about its expiry that went out since Orders was last heard.</summary>
    public int Asked { get; init; }

    /// <summary>Refused or Lost: what was short, at most twenty SKUs of it.</summary>
    public IReadOnlyList<Shortage> Shortages { get; init; } = [];

    /// <summary>The last twenty states.</summary>
    public IReadOnlyList<Said> History { get; init; } = [];

    public string? TraceParent { get; init; }

    /// <summary>What newer code has added to the head.</summary>
    public UnknownAttributes Unknown { get; init; } = UnknownAttributes.None;

    /// <summary>A lower bound of when somebody has to look here again.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>True where this version is an event.</summary>
    public bool Emits { get; init; }

    public int Parts => (Lines.Count + PartSize - 1) / PartSize;

    /// <summary>What it is, or is on its way to be.</summary>
    public StockStatus? Standing => Aim?.Status ?? Status;

    public IEnumerable<StockLine> Part(int number) => Lines.Skip(number * PartSize).Take(PartSize);

    /// <summary>The SKUs still to be taken; empty where nothing is.</summary>
    public IEnumerable<StockLine> Wanted => Aim is { NeedsUnits: true } ? Lines.Skip(Taken * PartSize) : [];

    /// <summary>The next write on the way to the aim: at most one part changes hands. Without an aim it only records what was heard.</summary>
    public Step Advance(Shelf shelf, DateTimeOffset now)
    {
        var next = this with { Version = Version + 1, Emits = false };
        switch (Aim)
        {
            case null:
                return new Step(next, [], 0);
            case { NeedsUnits: true } aim when Taken == Parts:
                return new Step(next.Settle(aim, [], now), [], 0);
            case { NeedsUnits: true } aim when shelf.Shortages(Tenant, Wanted).OrderBy(static shortage => shortage.Available is not null).Take(MostShortages).ToList() is { Count: > 0 } shortages:
                // All or nothing: what earlier parts have taken is given back first.
                var refusal = aim with { Status = aim.Status is StockStatus.Held ? StockStatus.Refused : StockStatus.Lost };
                return new Step(Taken == 0 ? next.Settle(refusal, shortages, now) : next.Toward(refusal, shortages, now), [], 0) { JudgedByShelf = true };
            case { NeedsUnits: true } aim:
                next = next with { Taken = Taken + 1 };
                return new Step(next.Taken == Parts ? next.Settle(aim, [], now) : next.Toward(aim, [], now), [.. Part(Taken)], 1) { StartsAnew = Taken == 0 };
            case { } aim when Taken == 0:
                return new Step(next.Settle(aim, Shortages, now), [], 0);
            case { } aim:
                next = next with { Taken = Taken - 1 };
                return new Step(next.Taken == 0 ? next.Settle(aim, Shortages, now) : next.Toward(aim, Shortages, now), [.. Part(Taken - 1)], -1);
        }
    }

    /// <summary>The event of what was last said, under the version that said it; null where nothing was.</summary>
    public StockEvent? LastEvent => History.Count == 0 ? null : EventOf(History[^1]);

    /// <summary>When it has to be looked at again; null where never.</summary>
    public DateTimeOffset? NextLook(DateTimeOffset now) => Aim is not null ? now + Patience : Status is StockStatus.Held ? ExpiresAt : null;

    private StockEvent EventOf(Said said) => new()
    {
        Id = StockEvent.IdOf(OrderId, said.Version),
        Type = TypeOf(said.Status),
        Tenant = Tenant,
        Store = Store,
        OrderId = OrderId,
        Version = said.Version,
        At = said.At,
        TraceParent = TraceParent,
        Stock = new StockSnapshot { Status = said.Status, OrderVersion = OrderVersion, Shortages = Shortages.Count == 0 ? null : Shortages },
    };

    public static string TypeOf(StockStatus status) => status switch
    {
        StockStatus.Held => EventTypes.StockHeld,
        StockStatus.Refused => EventTypes.StockRefused,
        StockStatus.Committed => EventTypes.StockCommitted,
        StockStatus.Released => EventTypes.StockReleased,
        StockStatus.Lost => EventTypes.StockLost,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private Reservation Settle(Aim aim, IReadOnlyList<Shortage> shortages, DateTimeOffset now) => (this with
    {
        Status = aim.Status,
        Aim = null,
        Shortages = aim.Status is StockStatus.Refused or StockStatus.Lost ? shortages : [],
        History = [.. History.TakeLast(LongestHistory - 1), new Said(Version, aim.Status, now, aim.By)],
        Emits = true,
    }).WithTimer(now);

    private Reservation Toward(Aim aim, IReadOnlyList<Shortage> shortages, DateTimeOffset now) =>
        (this with { Aim = aim, Shortages = shortages }).WithTimer(now);

    /// <summary>The timer is only ever set or brought forward here; putting it off is the clock's (an index entry that stays where it is costs nothing).</summary>
    public Reservation WithTimer(DateTimeOffset now) =>
        NextLook(now) is { } need && (DueAt is null || DueAt > need) ? this with { DueAt = need } : this;
}

/// <summary>One write of a head together with the units that change hands in it.</summary>
/// <param name="Next">The head to write.</param>
/// <param name="Units">The lines whose units are taken (<paramref name="Sign"/> 1) or given back (-1).</param>
internal sealed record Step(Reservation Next, IReadOnlyList<StockLine> Units, int Sign)
{
    /// <summary>The first part of a reservation: its lines are not stored yet.</summary>
    public bool StartsAnew { get; init; }

    /// <summary>A refusal holds only together with the takes before it in the same batch.</summary>
    public bool JudgedByShelf { get; init; }
}

/// <summary>One entry of a reservation's history: what was said to the world, under which version, when, and on whose word ("orders/3", or "clock").</summary>
internal readonly record struct Said(long Version, StockStatus Status, DateTimeOffset At, string By);

/// <summary>A state that a reservation is on its way to, and on whose word.</summary>
internal readonly record struct Aim(StockStatus Status, string By)
{
    /// <summary>Held and Committed need every unit, the others none.</summary>
    public bool NeedsUnits => Status is StockStatus.Held or StockStatus.Committed;
}
