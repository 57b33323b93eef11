using Oms.Simulation.Cloud;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Scenario;

/// <summary>The tenants' SKUs and the clerks who count them: few units, so that orders compete; counts change while orders run, also below what is reserved.</summary>
internal sealed class Shelves
{
    private readonly World _world;
    private readonly Dice _dice;
    private readonly Client _clerk;

    /// <param name="tenants">Who has shelves.</param>
    /// <param name="skus">How many each.</param>
    public Shelves(World world, Dice dice, IEnumerable<string> tenants, int skus)
    {
        _world = world;
        _dice = dice;
        _clerk = new Client(world, dice, "clerk");
        foreach (var tenant in tenants)
        {
            Skus[tenant] = [.. Enumerable.Range(1, skus).Select(number => number % 4 == 0 ? $"MUG/{number} BLUE" : $"SKU-{number}")];
        }
    }

    /// <summary>By tenant.</summary>
    public Dictionary<string, List<string>> Skus { get; } = new(StringComparer.Ordinal);

    /// <summary>What clerks sent and heard.</summary>
    public List<Exchange> Exchanges { get; } = [];

    public int Open => _clerk.Open;

    /// <summary>Clerks count one shelf, over and over, while everybody takes from it.</summary>
    public void StartSale(string tenant, TimeSpan opens, TimeSpan length, int units)
    {
        foreach (var sku in Skus[tenant])
        {
            Count(tenant, sku, units, TimeSpan.Zero);
            if (_dice.Chance(0.5))
            {
                Count(tenant, sku, units + 1, _dice.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(10)));
            }

            for (var edit = 2 + _dice.Next(6); edit > 0; edit--)
            {
                Count(tenant, sku, _dice.Next(units + 3), opens + _dice.Between(TimeSpan.Zero, length));
            }
        }
    }

    /// <summary>Every SKU is counted at the start, some again later.</summary>
    public void Start(TimeSpan lastEdit, int most)
    {
        foreach (var (tenant, skus) in Skus)
        {
            foreach (var sku in skus)
            {
                var at = TimeSpan.FromMilliseconds(_dice.Next(400));
                Count(tenant, sku, _dice.Next(most + 1), at);
                if (_dice.Chance(0.15))
                {
                    Count(tenant, sku, _dice.Next(most + 1), at + _dice.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(10)));
                }
            }

            for (var edit = _dice.Next(4); edit > 0; edit--)
            {
                var (sku, at) = (_dice.Pick(skus), _dice.Between(TimeSpan.FromSeconds(3), lastEdit));
                Count(tenant, sku, _dice.Next(most + 1), at);
                if (_dice.Chance(0.4))
                {
                    // Another clerk counts the same shelf.
                    Count(tenant, sku, _dice.Next(most + 1), at + _dice.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(40)));
                }
            }
        }
    }

    private void Count(string tenant, string sku, int onHand, TimeSpan after)
    {
        var body = Bodies.Count(onHand);
        var key = _dice.Chance(0.7) ? _world.NextId("count-") : null;
        var request = new ClientRequest("clerk", tenant, ["default"], "PUT", $"/v1/stock/{Uri.EscapeDataString(sku)}/default", key, body);
        _world.Time.After(after, () => _clerk.Insist(request, "PUT stock", Exchanges));
        if (key is not null && _dice.Chance(0.15))
        {
            // The same count once more, when others may have counted since.
            _world.Time.After(after + _dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(20)), () => _clerk.Once(request, "PUT stock", Exchanges));
        }

        if (_dice.Chance(0.05))
        {
            // What lies elsewhere is sold by nobody.
            _world.Time.After(after + _dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(5)), () => _clerk.Insist(request with { Path = $"/v1/stock/{Uri.EscapeDataString(sku)}/cellar", Key = null, Body = Bodies.Count(onHand + 100) }, "PUT other stock", Exchanges));
        }

        if (_dice.Chance(0.2))
        {
            _world.Time.After(after + _dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(5)), () => _clerk.Once(request with { Method = "GET", Path = $"/v1/stock/{Uri.EscapeDataString(sku)}", Key = null, Body = default }, "GET stock", Exchanges));
        }
    }
}
