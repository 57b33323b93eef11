using System.Globalization;

namespace Oms.Simulation.Checks;

/// <summary>The head of an order, read from the raw item of oms-orders.</summary>
internal readonly struct OrderHead(RawItem item)
{
    public const string Table = "oms-orders";

    public string Id => item.Partition;

    public long Version => item.Whole("v");

    public string Tenant => item.Text("t")!;

    public string Store => item.Text("st")!;

    public string State => item.Text("s")!;

    public bool IsFinal => State is "Completed" or "Closed" or "Cancelled" or "Rejected";

    public IReadOnlyList<string> Reasons => item.Text("r")?.Split(' ') ?? [];

    public IReadOnlyList<string> Doubts => item.Text("d")?.Split(' ') ?? [];

    public string Payer => item.Text("pa")!;

    public string Currency => item.Text("c")!;

    public long Total => item.Whole("to");

    public long ToCollect => item.Whole("co");

    public long? StockVersion => (long?)item.Number("kv");

    public long? PaymentVersion => (long?)item.Number("pv");

    /// <summary>The type of the event that this very version carries.</summary>
    public string? Emits => item.Text("outbox");

    /// <summary>The shop's state as last seen; null: a native order.</summary>
    public string? ShopState => item.Text("m0");

    public long ShopPaid => item.Whole("mp");

    public long ShopAuthorised => item.Whole("ma");

    public IReadOnlyList<string> Flags => item.Text("f")?.Split(' ') ?? [];

    /// <summary>The youngest entries of the timeline: which version brought which state.</summary>
    public IEnumerable<(long Version, string State)> History => Entries(item);

    /// <summary>By SKU; null where there are too many for a head.</summary>
    public IReadOnlyDictionary<string, decimal>? Lines
    {
        get
        {
            if (!item.Has("ln"))
            {
                return null;
            }

            var lines = new Dictionary<string, decimal>(StringComparer.Ordinal);
            foreach (var pair in item.List("ln").Chunk(2))
            {
                lines[pair[0]] = decimal.Parse(pair[1], CultureInfo.InvariantCulture);
            }

            return lines;
        }
    }

    public static bool Is(string table, RawItem item) => table == Table && item.Sort == "head";

    /// <summary>The entries of the timeline in a head, or in an item that took over its oldest: "version state ms actor reason", a line each.</summary>
    public static IEnumerable<(long Version, string State)> Entries(RawItem item) =>
        from line in item.Text("h")!.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        let parts = line.Split(' ')
        select (long.Parse(parts[0], CultureInfo.InvariantCulture), ((Contracts.OrderState)int.Parse(parts[1], CultureInfo.InvariantCulture)).ToString());
}
