using Oms.Contracts;

namespace Oms.Inventory;

/// <summary>What is available, as last read and as changed by the decisions made since: what the next decision sees.</summary>
internal sealed class Shelf
{
    private readonly Dictionary<(string Tenant, string Sku), decimal?> _available;

    public Shelf()
        : this([])
    {
    }

    private Shelf(Dictionary<(string Tenant, string Sku), decimal?> available) => _available = available;

    public bool Knows(string tenant, string sku) => _available.ContainsKey((tenant, sku));

    /// <param name="tenant">Whose stock.</param>
    /// <param name="sku">Of what.</param>
    /// <param name="available">Null: there is no such row.</param>
    public void Put(string tenant, string sku, decimal? available) => _available[(tenant, sku)] = available;

    /// <summary>The lines that cannot be taken in full.</summary>
    public IEnumerable<Shortage> Shortages(string tenant, IEnumerable<StockLine> lines) =>
        from line in lines
        let available = _available.GetValueOrDefault((tenant, line.Sku))
        where available is null || available < line.Quantity
        select new Shortage(line.Sku, line.Quantity, available is { } some ? Math.Max(some, 0) : null);

    /// <summary>Gives back where <paramref name="sign"/> is negative. Rows that nobody has read stay unknown.</summary>
    public void Take(string tenant, IEnumerable<StockLine> lines, int sign)
    {
        foreach (var line in lines)
        {
            if (_available.TryGetValue((tenant, line.Sku), out var available) && available is { } some)
            {
                _available[(tenant, line.Sku)] = some - (sign * line.Quantity);
            }
        }
    }

    public Shelf Copy() => new(new Dictionary<(string, string), decimal?>(_available));
}
