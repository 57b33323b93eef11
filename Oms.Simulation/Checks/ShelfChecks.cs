using Oms.Simulation.Cloud;

namespace Oms.Simulation.Checks;

/// <summary>
/// Whether a refusal is true: what an order was told to be short, or not to exist, must have been so at some moment since the order was placed.
/// Orders that are decided together see what the ones before them take, and what they were all decided by was read a moment before: what the refusal's commit takes is taken off whatever there was since.
/// </summary>
internal sealed class ShelfChecks(World world, Violations violations)
{
    private readonly Dictionary<(string Tenant, string Sku), List<(DateTimeOffset At, decimal Available, decimal Reserved)>> _shelves = [];
    private readonly Dictionary<string, DateTimeOffset> _placed = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Tenant, string Sku), decimal> _taken = [];
    private readonly List<ReservationHead> _refused = [];

    public void Placed(string orderId) => _placed.TryAdd(orderId, world.Time.Now);

    public DateTimeOffset PlacedAt(string orderId) => _placed.GetValueOrDefault(orderId);

    /// <summary>A reservation takes units in this commit.</summary>
    public void Taken((string Tenant, string Sku) row, decimal units) => _taken[row] = _taken.GetValueOrDefault(row) + units;

    /// <summary>A reservation says in this commit what was short.</summary>
    public void Refused(ReservationHead reservation) => _refused.Add(reservation);

    /// <summary>A stock row was written in this commit.</summary>
    public void Row((string Tenant, string Sku) row, RawItem after) => (_shelves.TryGetValue(row, out var moments) ? moments : _shelves[row] = [])
        .Add((world.Time.Now, after.Number("available") ?? 0, after.Number("reserved") ?? 0));

    /// <summary>Whether more than that was reserved at some moment between the two.</summary>
    public bool WasReserved((string Tenant, string Sku) row, decimal more, DateTimeOffset from, DateTimeOffset to) =>
        _shelves.TryGetValue(row, out var moments) && Since(moments, from).Any(moment => moment.At <= to && moment.Reserved > more);

    /// <summary>All that the commit changed is known.</summary>
    public void Committed()
    {
        foreach (var reservation in _refused)
        {
            var shortages = reservation.Shortages.ToList();
            violations.Require(shortages.Count > 0, 10, () => $"{world.Named(reservation.OrderId)} is refused, and nothing was short");
            foreach (var (sku, wanted, available) in shortages)
            {
                var since = PlacedAt(reservation.OrderId);
                violations.Require(
                    WasTrue((reservation.Tenant, sku), since, wanted, available),
                    10,
                    () => $"{world.Named(reservation.OrderId)} is told that of {wanted} {sku} there {(available is { } some ? $"were {some}" : "was no stock row")}, which was not so since it was placed");
            }
        }

        _refused.Clear();
        _taken.Clear();
    }

    private bool WasTrue((string Tenant, string Sku) row, DateTimeOffset since, decimal wanted, decimal? available)
    {
        var moments = _shelves.GetValueOrDefault(row) ?? [];
        if (available is not { } some)
        {
            return moments.Count == 0 || moments[0].At >= since;
        }

        var taken = _taken.GetValueOrDefault(row);
        return some < wanted && Since(moments, since).Any(moment => moment.Available - taken <= some);
    }

    /// <summary>What it was then, and everything after.</summary>
    private static IEnumerable<(DateTimeOffset At, decimal Available, decimal Reserved)> Since(List<(DateTimeOffset At, decimal Available, decimal Reserved)> moments, DateTimeOffset since) =>
        moments.Skip(Math.Max(0, moments.FindLastIndex(moment => moment.At < since)));
}
