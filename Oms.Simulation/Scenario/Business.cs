using Oms.Simulation.Cloud;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Scenario;

/// <summary>A busy quarter of an hour of two tenants: shoppers, a Magento shop, clerks who count, and people who look at what is theirs and what is not.</summary>
internal sealed class Business : IClientele
{
    public const string North = "north";
    public const string South = "south";

    /// <summary>Everybody orders at once, and clerks count at that moment.</summary>
    private static readonly TimeSpan Rush = TimeSpan.FromMilliseconds(200);

    /// <summary>When the first orders come.</summary>
    private static readonly TimeSpan Opening = TimeSpan.FromSeconds(3);

    private readonly World _world;
    private readonly Dice _dice;
    private readonly NativeShop _native;
    private readonly MagentoShop _magento;
    private readonly Client _reader;

    /// <param name="mostOrders">Leaves out all but the first so many; null: all. The others stay as they are, which is how a failing run is made smaller.</param>
    public Business(World world, int? mostOrders)
    {
        _world = world;
        _dice = new Dice(world.Seed, "business");
        var size = _dice.NextDouble();
        var articles = size < 0.1 ? 2 : 1;
        var mostLines = world.IsSale ? articles : size < 0.04 ? 14 : 3;
        Shelves = new Shelves(world, new Dice(world.Seed, "shelves"), world.IsSale ? [North] : [North, South], world.IsSale ? articles : mostLines > 10 ? 15 : 2 + _dice.Next(3));
        _native = new NativeShop(world, new Dice(world.Seed, "native"), Shelves);
        _magento = new MagentoShop(world, new Dice(world.Seed, "magento"), Shelves);
        _reader = new Client(world, new Dice(world.Seed, "reader"), "reader");
        var planned = new List<PlannedOrder>();
        // Many small runs find more than a few large ones in the same time.
        var orders = world.IsSale ? 3 + _dice.Next(4) : _dice.NextDouble() switch { < 0.55 => 1, < 0.88 => 2 + _dice.Next(2), _ => 4 + _dice.Next(4) };
        for (; orders > 0; orders--)
        {
            Add(planned, mostLines);
        }

        Orders = mostOrders is { } most ? [.. planned.Take(most)] : planned;
        var names = Orders.ToDictionary(static order => order.Id, static order => order.Name, StringComparer.Ordinal);
        world.Named = text => names.Aggregate(text, static (shown, name) => shown.Replace(name.Key, name.Value, StringComparison.Ordinal));
        MostUnits = world.IsSale ? 1 + _dice.Next(8) : mostLines > 10 ? 60 : _dice.NextDouble() switch { < 0.2 => 2, < 0.5 => 8, _ => 40 };
    }

    public IReadOnlyList<PlannedOrder> Orders { get; }

    public Shelves Shelves { get; }

    /// <summary>What readers sent and heard: by order, whether it was their own.</summary>
    public List<(PlannedOrder Order, bool IsOwn, Exchange Exchange)> Reads { get; } = [];

    public IReadOnlyList<Exchange> Counts => Shelves.Exchanges;

    public int MostUnits { get; }

    /// <summary>Requests that must be answered and are not yet.</summary>
    public int Open => _native.Open + _magento.Open + Shelves.Open;

    /// <summary>Plans everything that people will do.</summary>
    /// <returns>When the last of them begins.</returns>
    public TimeSpan Start()
    {
        var length = _dice.NextDouble() switch { < 0.2 => Rush, < 0.5 => TimeSpan.FromSeconds(5), _ => TimeSpan.FromMinutes(10) };
        if (_world.IsSale)
        {
            length = Rush / 4;
            Shelves.StartSale(North, Opening, Rush * 5, MostUnits);
        }
        else
        {
            Shelves.Start(length == Rush ? TimeSpan.FromSeconds(5) : length + TimeSpan.FromMinutes(2), MostUnits);
        }

        foreach (var order in Orders)
        {
            var at = Opening + _dice.Between(TimeSpan.Zero, length);
            if (order.IsNative)
            {
                _native.Start(order, at);
            }
            else
            {
                _magento.Start(order, at);
            }

            for (var read = _dice.Next(3); read > 0; read--)
            {
                Read(order, at + _dice.Between(TimeSpan.Zero, TimeSpan.FromMinutes(5)));
            }
        }

        return length + TimeSpan.FromMinutes(10);
    }

    private void Add(List<PlannedOrder> planned, int mostLines)
    {
        var number = planned.Count + 1;
        var (tenant, store) = _dice.Next(_world.IsSale ? 2 : 3) switch { 0 => (North, "default"), 1 => (North, "outlet"), _ => (South, "default") };
        if (_dice.Chance(0.5))
        {
            planned.Add(_native.Plan(number, tenant, store, Next(planned, tenant, store: null), mostLines));
            return;
        }

        var order = _magento.Plan(number, tenant, store, Next(planned, tenant, store), mostLines);
        planned.Add(order);
        if (_dice.Chance(0.1) && order.Observations.Count == 1 && order.Kind is not ("magento cancelled" or "magento complete" or "magento closed"))
        {
            planned.Add(MagentoShop.PlanTwin(number + 1, Next(planned, tenant, store), order));
        }
    }

    /// <summary>Every shop counts its own orders from one, and every tenant its keys: the same numbers stand for different orders.</summary>
    private static int Next(List<PlannedOrder> planned, string tenant, string? store) => 1 + planned.Count(order => order.Tenant == tenant && order.IsNative == store is null && (store is null || order.Store == store));

    private void Read(PlannedOrder order, TimeSpan at)
    {
        var isOwn = _dice.Chance(0.6);

        // Another tenant, or somebody of this one who has nothing to do with that store, or with any.
        var isColleague = !isOwn && _dice.Chance(0.4);

        // Another tenant may have an order of that number, too.
        var path = _dice.Next(4) switch { 0 => $"/v1/orders/{order.Id}/events", 1 => $"/v1/payments/{order.Id}", 2 when order.Number is { } number && (isOwn || isColleague) => $"/v1/magento/{order.Store}/orders/{number}", _ => $"/v1/orders/{order.Id}" };
        var tenant = isOwn || isColleague ? order.Tenant : order.Tenant == North ? South : North;
        var request = new ClientRequest("reader", tenant, isColleague ? _dice.Chance(0.3) ? [] : [order.Store == "default" ? "outlet" : "default"] : ["default", "outlet"], "GET", path, null, default);
        _world.Time.After(at, () =>
        {
            var exchanges = new List<Exchange>();
            _reader.Once(request, "GET", exchanges);
            Reads.Add((order, isOwn, exchanges[0]));
        });
    }
}
