using Oms.Simulation.Cloud;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Scenario;

/// <summary>Shoppers of the native API: they click twice, try again with the same key, send something else under it by mistake, and look at what became of it.</summary>
internal sealed class NativeShop(World world, Dice dice, Shelves shelves)
{
    private static readonly (string Kind, string? Method, string? Token, int Weight)[] Kinds =
    [
        ("approve", "card", "sim_approve", 40),
        ("decline", "card", "sim_decline_insufficient_funds", 10),
        ("slow", "card", "sim_slow", 8),
        ("error", "card", "sim_error", 7),
        ("lost", "card", "sim_lost", 7),
        ("later", "purchaseorder", null, 10),
        ("free", null, null, 6),
    ];

    private readonly Client _client = new(world, dice, "shopper");

    public int Open => _client.Open;

    public PlannedOrder Plan(int number, string tenant, string store, int key, int mostLines)
    {
        var kind = Draw();
        var competes = kind.Token is not null && dice.Chance(0.15);
        var name = $"native-{number}";
        var email = $"shopper-{number}@mail.example";
        var currency = dice.NextDouble() switch { < 0.08 => "JPY", < 0.12 => "KWD", _ => "EUR" };
        var first = Place(tenant, store, email, kind, mostLines, currency);
        return new PlannedOrder
        {
            Name = name,
            Kind = "native " + (competes ? "competing" : kind.Kind),
            Tenant = tenant,
            Store = store,
            Key = $"order-{key}",
            Placements = competes ? [first, Place(tenant, store, email, kind with { Token = dice.Chance(0.5) ? "sim_decline" : "sim_approve" }, mostLines, currency)] : [first],
        };
    }

    public void Start(PlannedOrder order, TimeSpan at)
    {
        foreach (var placement in order.Placements)
        {
            var request = new ClientRequest(order.Name, order.Tenant, [order.Store], "POST", "/v1/orders", order.Key, placement.Body);
            world.Time.After(at + dice.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(20)), () => _client.Insist(request, "POST order", order.Exchanges));
            if (dice.Chance(0.3))
            {
                world.Time.After(at + dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(2)), () => _client.Insist(request, "POST order", order.Exchanges));
            }

            if (dice.Chance(0.2))
            {
                world.Time.After(at + dice.Between(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10)), () => _client.Insist(request, "POST order", order.Exchanges));
            }

            if (dice.Chance(0.15))
            {
                world.Time.After(at + dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(5)), () => _client.Once(request with { Key = null }, "POST order without key", order.Exchanges));
            }
        }

        if (dice.Chance(0.15))
        {
            var other = Place(order.Tenant, order.Store, "somebody-else@mail.example", ("approve", "card", "sim_approve", 0), 2, "EUR");
            var request = new ClientRequest(order.Name, order.Tenant, [order.Store], "POST", "/v1/orders", order.Key, other.Body);
            world.Time.After(at + TimeSpan.FromMinutes(8), () => _client.Insist(request, "POST other order", order.Exchanges));
        }
    }

    private (string Kind, string? Method, string? Token, int Weight) Draw()
    {
        // In a sale many change their minds: what is given back is wanted at once.
        int WeightOf((string Kind, string? Method, string? Token, int Weight) kind) => world.IsSale && kind.Kind == "decline" ? 4 * kind.Weight : kind.Weight;
        var left = dice.Next(Kinds.Sum(WeightOf));
        foreach (var kind in Kinds)
        {
            left -= WeightOf(kind);
            if (left < 0)
            {
                return kind;
            }
        }

        throw new System.Diagnostics.UnreachableException();
    }

    private Placement Place(string tenant, string store, string email, (string Kind, string? Method, string? Token, int Weight) kind, int mostLines, string currency)
    {
        var skus = shelves.Skus[tenant];
        var lines = new List<(string Sku, decimal Quantity, long Price)>();
        for (var line = 1 + dice.Next(mostLines); line > 0; line--)
        {
            var sku = dice.Chance(0.03) ? "UNKNOWN-1" : skus[(mostLines > 10 ? line : dice.Next(skus.Count)) % skus.Count];
            lines.Add((sku, dice.Chance(0.1) && currency == "EUR" ? 0.5m : 1 + dice.Next(2), 100 + dice.Next(5000)));
        }

        const long Shipping = 495;
        var goods = lines.Sum(static line => (long)Math.Round(line.Quantity * line.Price, MidpointRounding.AwayFromZero));
        var tax = kind.Kind != "free" && dice.Chance(0.25) ? 1 + dice.Next(900) : 0L;
        var discount = kind.Kind == "free" ? goods + Shipping : dice.Chance(0.2) ? 1 + dice.Next((int)goods / 2) : 0L;
        return new Placement(
            lines.GroupBy(static line => line.Sku, StringComparer.Ordinal).ToDictionary(static line => line.Key, static line => line.Sum(static part => part.Quantity), StringComparer.Ordinal),
            goods + Shipping + tax - discount,
            kind.Token,
            Bodies.Native(store, email, lines, Shipping, kind.Method, kind.Token, discount, tax, currency))
        {
            Currency = currency,
        };
    }
}
