using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Oms.Simulation.Cloud;
using Oms.Simulation.Scenario;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.CrashPoints;

/// <summary>The clients of a play: whatever they do is written down for the checks.</summary>
internal sealed class Stage : IClientele
{
    private const string Tenant = Business.North;
    private const string Store = "default";
    private const long Price = 1000;
    private const long Shipping = 495;

    private readonly List<PlannedOrder> _orders = [];
    private readonly List<Exchange> _counts = [];
    private readonly Client _client;

    public Stage(World world)
    {
        World = world;
        _client = new Client(world, new Dice(world.Seed, "clients"), "client");
        world.Named = text => _orders.Aggregate(text, static (shown, order) => shown.Replace(order.Id, order.Name, StringComparison.Ordinal));
    }

    public World World { get; }

    public IReadOnlyList<PlannedOrder> Orders => _orders;

    public List<(PlannedOrder Order, bool IsOwn, Exchange Exchange)> Reads { get; } = [];

    public IReadOnlyList<Exchange> Counts => _counts;

    public int Open => _client.Open;

    public static IEnumerable<string> Skus(int count) => Enumerable.Range(1, count).Select(static number => $"SKU-{number}");

    /// <summary>Counts come first: an order of an unknown SKU is another story.</summary>
    public void Count(int onHand, params IEnumerable<string> skus)
    {
        var number = 0;
        foreach (var sku in skus)
        {
            var body = Bodies.Count(onHand);
            var request = new ClientRequest("clerk", Tenant, [Store], "PUT", $"/v1/stock/{sku}/default", World.NextId("count-"), body);
            At(TimeSpan.FromMilliseconds(40 * number++), () => _client.Insist(request, "PUT stock", _counts));
        }
    }

    /// <summary>A shopper places one of each SKU through the native API.</summary>
    /// <param name="method">Null: nothing is said of a payment.</param>
    /// <param name="token">Null: nothing is to be collected now.</param>
    public PlannedOrder Shop(string? method, string? token, params IEnumerable<string> skus)
    {
        var lines = skus.Select(static sku => (Sku: sku, Quantity: 1m, Price)).ToList();
        var number = _orders.Count + 1;
        var body = Bodies.Native(Store, $"shopper-{number}@mail.example", lines, Shipping, method, token);
        var order = new PlannedOrder
        {
            Name = $"native-{number}",
            Kind = "native",
            Tenant = Tenant,
            Store = Store,
            Key = $"key-{number}",
            Placements = [new Placement(lines.ToDictionary(static line => line.Sku, static line => line.Quantity, StringComparer.Ordinal), (Price * lines.Count) + Shipping, token, body)],
        };
        _orders.Add(order);
        var request = new ClientRequest(order.Name, Tenant, [Store], "POST", "/v1/orders", order.Key, body);
        At(Plays.Opening, () => _client.Insist(request, "POST order", order.Exchanges));
        return order;
    }

    /// <summary>A Magento shop has an order of one of each SKU; nothing is posted yet.</summary>
    /// <param name="quote">Orders of one quote with the same SKUs are twins.</param>
    public PlannedOrder Magento(string quote, params IEnumerable<string> skus)
    {
        var lines = skus.ToDictionary(static sku => sku, static _ => 1m, StringComparer.Ordinal);
        var number = _orders.Count + 1;
        var order = new PlannedOrder
        {
            Name = $"magento-{number}",
            Kind = "magento " + quote,
            Tenant = Tenant,
            Store = Store,
            Number = number.ToString("D9", CultureInfo.InvariantCulture),
            Placements = [new Placement(lines, (Price * lines.Count) + Shipping, null, [])],
        };
        _orders.Add(order);
        return order;
    }

    /// <summary>The shop posts its order, as it stands at <paramref name="after"/> the opening.</summary>
    /// <param name="state">Magento's.</param>
    /// <param name="isPaid">The whole total is captured.</param>
    /// <param name="changes">How often the placement was changed before; it then names other products under the same SKUs.</param>
    /// <param name="comment">Text that the document carries along.</param>
    public void Post(PlannedOrder order, TimeSpan after, string state, bool isPaid, string method = "checkout_card", int changes = 0, string? comment = null)
    {
        var placement = order.Placements[0];
        var paid = isPaid ? placement.Total : 0;
        var rows = placement.Lines.Keys.Select((sku, index) => Bodies.Row(index + 1, sku, 1, Price)).ToList();
        rows.AddRange(Enumerable.Range(1, changes).Select(static change => Bodies.Row(1000 + change, "GIFT-WRAP", change, 0, "virtual")));
        var body = Bodies.Magento(order.Number!, order.Kind, $"customer-{order.Number}@mail.example", state, method, World.Time.Now + after, rows, new Totals(placement.Total - Shipping, Shipping), paid, 0);
        if (comment is not null)
        {
            var whole = JsonNode.Parse(body)!.AsObject();
            whole["customer_note"] = comment;
            body = Encoding.UTF8.GetBytes(whole.ToJsonString());
        }

        order.Observations.Add(new Observation(state, (int)after.TotalSeconds, paid, 0, changes > 0, method, body));
        var request = new ClientRequest(order.Name, Tenant, [Store], "POST", $"/v1/magento/{Store}/orders", null, body);
        At(Plays.Opening + after, () => _client.Insist(request, "POST magento order", order.Exchanges));
    }

    /// <summary>Somebody looks at everything that there is to see of an order, while it runs and when it is done.</summary>
    public void Look(PlannedOrder order, TimeSpan after)
    {
        string[] paths = [$"/v1/orders/{order.Id}", $"/v1/orders/{order.Id}/events", $"/v1/payments/{order.Id}", .. order.Number is { } number ? [$"/v1/magento/{Store}/orders/{number}"] : (ReadOnlySpan<string>)[]];
        foreach (var path in paths)
        {
            At(Plays.Opening + after, () =>
            {
                var exchanges = new List<Exchange>();
                _client.Once(new ClientRequest("reader", Tenant, [Store], "GET", path, null, default), "GET", exchanges);
                Reads.Add((order, true, exchanges[0]));
            });
        }
    }

    public void LookAtStock(string sku) => At(Plays.Opening, () =>
        _client.Once(new ClientRequest("reader", Tenant, [Store], "GET", $"/v1/stock/{sku}", null, default), "GET stock", _counts));

    public void At(TimeSpan after, Action happening) => World.Time.After(after, happening);
}
