using System.Globalization;

namespace Oms.Simulation.Checks;

/// <summary>A reservation, read from the raw items of oms-inventory.</summary>
internal readonly struct ReservationHead(RawItem item)
{
    public const string Table = "oms-inventory";

    public string OrderId => item.Partition;

    public long Version => item.Whole("v");

    public string Tenant => item.Text("t")!;

    /// <summary>Held, Committed, Released, Refused or Lost; null: nothing was said yet.</summary>
    public string? Status => item.Text("s");

    public bool IsUnfinished => item.Has("a");

    public long OrderVersion => item.Whole("o");

    public long PartsTaken => item.Whole("f");

    /// <summary>The name of the items that hold its lines; null: they are here.</summary>
    public string? Parts => item.Text("p");

    /// <summary>Of something that was wanted there was no stock row at all: "3 - SKU".</summary>
    public bool LacksRow => item.List("sh").Any(static shortage => shortage.Split(' ', 3)[1] == "-");

    public IReadOnlyList<string> RawLines => item.List("l");

    public string? Emits => item.Text("outbox");

    public DateTimeOffset? ExpiresAt => item.Number("x") is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds((long)ms) : null;

    public static bool Is(string table, RawItem item) => table == Table && item.Sort == "head";

    /// <summary>"2 SKU" is two of SKU.</summary>
    public static (string Sku, decimal Quantity) Line(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return (text[(space + 1)..], decimal.Parse(text[..space], CultureInfo.InvariantCulture));
    }
}
