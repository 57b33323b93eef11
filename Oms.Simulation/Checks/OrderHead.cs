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

    public string? StockStatus => item.Text("ks");

    public long? PaymentVersion => (long?)item.Number("pv");

    public string? PaymentStatus => item.Text("ps");

    /// <summary>The type of the event that this very version carries.</summary>
    public string? Emits => item.Text("outbox");

    public string? LastEvent => item.Text("et");

    public long LastEventVersion => item.Whole("ev");

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
}
