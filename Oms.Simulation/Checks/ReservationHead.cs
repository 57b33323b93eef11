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

    /// <summary>Of something that was wanted there was no stock row at all.</summary>
    public bool LacksRow => Shortages.Any(static shortage => shortage.Available is null);

    /// <summary>What was short, at most twenty SKUs of it; without an amount where there was no stock row.</summary>
    public IEnumerable<(string Sku, decimal Wanted, decimal? Available)> Shortages =>
        from text in item.List("sh")
        let parts = text.Split(' ', 3)
        select (parts[2], decimal.Parse(parts[0], CultureInfo.InvariantCulture), parts[1] == "-" ? (decimal?)null : decimal.Parse(parts[1], CultureInfo.InvariantCulture));

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
