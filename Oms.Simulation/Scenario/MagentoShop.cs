using System.Text.Json.Nodes;
using Oms.Simulation.Cloud;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Scenario;

/// <summary>A Magento shop: posts every order on every save, and posts again what was not answered, so that old news may come after new.</summary>
internal sealed class MagentoShop(World world, Dice dice, Shelves shelves)
{
    private static readonly string[] Kinds =
        ["paid", "paid", "paid", "authorised", "authorised", "pending", "pending", "transfer", "cash", "virtual", "bundle", "bundle", "credit", "cancelled", "complete", "closed", "review", "held", "unproven"];

    private readonly Client _client = new(world, dice, "magento");

    public int Open => _client.Open;

    public PlannedOrder Plan(int number, string tenant, string store, int increment, int mostLines) => Plan(number, tenant, store, increment, mostLines, dice.Pick(Kinds), quote: $"{9000 + increment}");

    /// <summary>The same quote with the same contents under another number: a double click in the checkout.</summary>
    public static PlannedOrder PlanTwin(int number, int increment, PlannedOrder of)
    {
        var first = JsonNode.Parse(of.Observations[0].Body)!.AsObject();
        var twin = new PlannedOrder
        {
            Name = $"magento-{number}",
            Kind = "magento twin",
            Tenant = of.Tenant,
            Store = of.Store,
            Number = NumberOf(increment),
            Placements = of.Placements,
            Twin = of,
        };
        first["increment_id"] = twin.Number;
        twin.Observations.Add(of.Observations[0] with { Body = JsonBytes(first) });
        of.Twin = twin;
        return twin;
    }

    public void Start(PlannedOrder order, TimeSpan at)
    {
        var time = at;
        foreach (var observation in order.Observations)
        {
            Post(order, observation, time);
            if (dice.Chance(0.3))
            {
                Post(order, observation, time + dice.Between(TimeSpan.Zero, TimeSpan.FromMinutes(3)));
            }

            time += dice.NextDouble() switch
            {
                < 0.25 => TimeSpan.Zero,
                < 0.55 => dice.Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500)), // while the services speak of the first
                _ => dice.Between(TimeSpan.FromMilliseconds(20), TimeSpan.FromMinutes(4)),
            };
        }
    }

    private void Post(PlannedOrder order, Observation observation, TimeSpan at)
    {
        var request = new ClientRequest(order.Name, order.Tenant, [order.Store], "POST", $"/v1/magento/{order.Store}/orders", null, observation.Body);
        world.Time.After(at, () => _client.Insist(request, "POST magento order", order.Exchanges));
    }

    private PlannedOrder Plan(int number, string tenant, string store, int increment, int mostLines, string kind, string quote)
    {
        var (rows, lines, subtotal) = Rows(tenant, kind, mostLines);
        var totals = new Totals(subtotal, kind == "virtual" ? 0 : 495, dice.Chance(0.3) ? 1 + dice.Next(900) : 0, dice.Chance(0.2) ? 1 + dice.Next((int)subtotal / 2) : 0);
        totals = kind == "credit" ? totals with { Credit = totals.Total } : totals;
        var total = totals.Total;
        var email = $"customer-{number}@mail.example";
        var placements = new List<Placement> { new(kind is "cancelled" or "complete" or "closed" ? new Dictionary<string, decimal>(StringComparer.Ordinal) : lines, total, null, []) };
        var changes = kind is not ("cancelled" or "complete" or "closed") && dice.Chance(0.12);
        var moves = changes && dice.Chance(0.4);
        if (changes && !moves)
        {
            // The news may come before the placement, and is the placement then.
            placements.Add(new(new Dictionary<string, decimal>(lines, StringComparer.Ordinal) { ["SKU-1"] = lines.GetValueOrDefault("SKU-1") + 1 }, total, null, []));
        }

        var order = new PlannedOrder
        {
            Name = $"magento-{number}",
            Kind = "magento " + kind,
            Tenant = tenant,
            Store = store,
            Number = NumberOf(increment),
            Placements = [.. placements],
        };
        var method = kind switch { "transfer" => "banktransfer", "cash" => "cashondelivery", "credit" => "free", _ => "checkout_card" };
        var state = kind switch
        {
            "pending" => "pending_payment",
            "transfer" or "cash" => "new",
            "cancelled" => "canceled",
            "complete" or "closed" => kind,
            "review" => "payment_review",
            "held" => "holded",
            _ => "processing",
        };
        var paid = kind is "paid" or "virtual" or "bundle" or "held" or "complete" ? total : 0;
        var authorised = kind is "authorised" ? total : 0;
        var second = 0;
        Say(state, paid, authorised);
        switch (kind)
        {
            case "pending" when dice.Chance(0.6):
                Say("processing", total, 0);
                break;
            case "pending" when dice.Chance(0.6):
                Say("canceled", 0, 0);
                break;
            case "transfer" when dice.Chance(0.5):
                Say("processing", total, 0);
                break;
            case "review" when dice.Chance(0.7):
                Say("processing", total, 0);
                break;
            case "held" when dice.Chance(0.7):
                Say("processing", total, 0);
                break;
            case "unproven" when dice.Chance(0.6):
                Say("processing", 0, total);
                break;
            case "paid" or "authorised" or "cash" when dice.Chance(world.IsSale ? 0.5 : 0.2):
                Say("canceled", paid, authorised);
                break;
            case "paid" or "authorised" when dice.Chance(0.2):
                Say("complete", total, authorised);
                break;
            case "paid" when dice.Chance(0.1):
                Say("closed", paid, authorised, isShipped: dice.Chance(0.4));
                break;
            default:
                break;
        }

        if (changes)
        {
            SayChanged();
        }

        if (order.Observations.Count > 1 && dice.Chance(0.05))
        {
            // Written by a module that leaves out when.
            var silent = JsonNode.Parse(order.Observations[0].Body)!.AsObject();
            silent.Remove("updated_at");
            order.Observations[0] = order.Observations[0] with { UpdatedAt = -1, Body = JsonBytes(silent) };
        }

        return order;

        void Say(string next, long money, long reserved, bool isShipped = false)
        {
            order.Observations.Add(new Observation(next, second, money, reserved, false, method, Body(next, money, reserved, RowsAs(isShipped))) { IsShipped = isShipped });
            second += dice.Chance(0.1) ? 0 : 1 + dice.Next(90);
        }

        void SayChanged()
        {
            // What was shipped before stays shipped.
            var last = order.Observations[^1];
            List<JsonObject> changed = moves ? RowsAs(last.IsShipped) : [.. RowsAs(last.IsShipped), Bodies.Row(99, "SKU-1", 1, 0)];
            var body = JsonNode.Parse(Body(last.State, last.Paid, last.Authorised, changed))!.AsObject();
            if (moves)
            {
                body["billing_address"]!["city"] = "Voss";
            }

            order.Observations.Add(last with { UpdatedAt = second, IsChanged = true, Body = JsonBytes(body) });
        }

        List<JsonObject> RowsAs(bool shipped) => shipped ? [.. rows.Select(Shipped)] : rows;

        byte[] Body(string next, long money, long reserved, List<JsonObject> items) => Bodies.Magento(
            order.Number!, quote, email, next, method, world.Time.Now + TimeSpan.FromSeconds(second), items.Select(static row => row.DeepClone().AsObject()), totals, money, reserved);
    }

    private (List<JsonObject> Rows, Dictionary<string, decimal> Lines, long Subtotal) Rows(string tenant, string kind, int mostLines)
    {
        var skus = shelves.Skus[tenant];
        var rows = new List<JsonObject>();
        var lines = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var subtotal = 0L;
        if (kind == "virtual")
        {
            rows.Add(Bodies.Row(1, "GIFT-VIDEO", 1, 1500, "virtual"));
            return (rows, lines, 1500);
        }

        if (kind == "bundle")
        {
            // The parent carries the price and takes no stock; two of the set are two of each part.
            var sets = 1 + dice.Next(2);
            rows.Add(Bodies.Row(1, "SET", sets, 2500, "bundle"));
            for (var part = 0; part < 2; part++)
            {
                var sku = skus[part % skus.Count];
                rows.Add(Bodies.Row(2 + part, sku, sets, 0, parent: 1));
                lines[sku] = lines.GetValueOrDefault(sku) + sets;
            }

            return (rows, lines, 2500L * sets);
        }

        for (var row = 1 + dice.Next(mostLines); row > 0; row--)
        {
            var sku = dice.Chance(0.03) ? "UNKNOWN-2" : skus[(mostLines > 10 ? row : dice.Next(skus.Count)) % skus.Count];
            var quantity = 1 + dice.Next(2);
            var price = 100 + dice.Next(4000);
            rows.Add(Bodies.Row(rows.Count + 1, sku, quantity, price));
            lines[sku] = lines.GetValueOrDefault(sku) + quantity;
            subtotal += (long)quantity * price;
        }

        return (rows, lines, subtotal);
    }

    private static JsonObject Shipped(JsonObject row)
    {
        var shipped = row.DeepClone().AsObject();
        shipped["qty_shipped"] = shipped["qty_ordered"]!.DeepClone();
        return shipped;
    }

    private static string NumberOf(int increment) => increment.ToString("D9", System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] JsonBytes(JsonObject body) => System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
}
