using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Oms.Simulation.Scenario;

/// <summary>An order as its shopper or its shop means it: what the checker holds the system to. Nothing here was read back from the system.</summary>
internal sealed class PlannedOrder
{
    /// <summary>For the trace: native-1, magento-2 …</summary>
    public required string Name { get; init; }

    /// <summary>What kind of order it is, for counting how each kind ends.</summary>
    public required string Kind { get; init; }

    public required string Tenant { get; init; }

    public required string Store { get; init; }

    /// <summary>The Idempotency-Key of a native order; null: Magento's.</summary>
    public string? Key { get; init; }

    /// <summary>Magento's increment_id; null: native.</summary>
    public string? Number { get; init; }

    public bool IsNative => Key is not null;

    /// <summary>The contract says how ids are derived, so that a client that never heard its answer can find its order.</summary>
    public string Id => field ??= IsNative ? IdOf("native", Tenant, Key!) : IdOf("magento", Tenant, Store, Number!);

    /// <summary>The placements that may count: one, or several where clients compete for a key.</summary>
    public required IReadOnlyList<Placement> Placements { get; init; }

    /// <summary>What the shop says of it, in the order in which it says so; the first is the placement. Native orders have none.</summary>
    public List<Observation> Observations { get; } = [];

    /// <summary>Everything that clients sent about it, with what they heard.</summary>
    public List<Exchange> Exchanges { get; } = [];

    /// <summary>Another order of the same quote with the same contents.</summary>
    public PlannedOrder? Twin { get; set; }

    /// <summary>"ord_" and 130 bits of the SHA-256 of the parts, each behind its length, in Crockford's base 32; written here again, because what the services derive is judged by it.</summary>
    private static string IdOf(params ReadOnlySpan<string> parts)
    {
        var text = "";
        foreach (var part in parts)
        {
            text += $"{part.Length}:{part}";
        }

        var bits = new System.Numerics.BigInteger(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)), isUnsigned: true, isBigEndian: true);
        return "ord_" + string.Concat(Enumerable.Range(1, 26).Select(letter => "0123456789abcdefghjkmnpqrstvwxyz"[(int)((bits >> (256 - (5 * letter))) & 31)]));
    }
}

/// <summary>What is bought for how much.</summary>
/// <param name="Lines">What is to be reserved, by SKU.</param>
/// <param name="Total">In minor units.</param>
/// <param name="Token">The payment token; null: none is needed.</param>
internal sealed record Placement(IReadOnlyDictionary<string, decimal> Lines, long Total, string? Token, byte[] Body)
{
    public string Currency { get; init; } = "EUR";
}

/// <summary>What an order of a Magento shop adds up from, in minor units.</summary>
internal sealed record Totals(long Subtotal, long Shipping, long Tax = 0, long Discount = 0, long Credit = 0)
{
    public long Total => Subtotal + Shipping + Tax - Discount - Credit;
}

/// <summary>One post of a Magento shop.</summary>
/// <param name="State">Magento's.</param>
/// <param name="UpdatedAt">Seconds after the first; -1: it does not say.</param>
/// <param name="Paid">In minor units.</param>
/// <param name="Authorised">In minor units.</param>
/// <param name="IsChanged">Items differ from the placement.</param>
internal sealed record Observation(string State, int UpdatedAt, long Paid, long Authorised, bool IsChanged, string Method, byte[] Body)
{
    /// <summary>Something had been shipped by then: closed is then no refund of the whole.</summary>
    public bool IsShipped { get; init; }
}

/// <summary>One request of a client, and what it heard.</summary>
internal sealed class Exchange(string operation, string tenant, string path, string? key, byte[] body, DateTimeOffset sentAt)
{
    public string Operation => operation;

    public string Tenant => tenant;

    public string Path => path;

    /// <summary>The Idempotency-Key; null: none was sent.</summary>
    public string? Key => key;

    public byte[] Body => body;

    public DateTimeOffset SentAt => sentAt;

    public Cloud.ClientAnswer? Answer { get; set; }

    public DateTimeOffset? HeardAt { get; set; }
}

/// <summary>Request bodies, written here: the simulation shares no code with what reads them.</summary>
internal static class Bodies
{
    public static byte[] Count(int onHand) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"onHand": {{onHand}}}"""));

    /// <summary>ISO 4217: a yen has no minor unit, a Kuwaiti dinar a thousand.</summary>
    public static decimal MinorUnits(string currency) => currency switch { "JPY" => 1m, "KWD" => 1000m, _ => 100m };

    private static string Amount(long minor, string currency) => (minor / MinorUnits(currency)).ToString(currency switch { "JPY" => "0", "KWD" => "0.000", _ => "0.00" }, CultureInfo.InvariantCulture);

    public static byte[] Native(string store, string email, IEnumerable<(string Sku, decimal Quantity, long Price)> lines, long shipping, string? method, string? token, long discount = 0, long tax = 0, string currency = "EUR")
    {
        var body = new JsonObject
        {
            ["store"] = store,
            ["customer"] = new JsonObject { ["email"] = email, ["name"] = "Ada Lind" },
            ["currency"] = currency,
            ["lines"] = new JsonArray([.. lines.Select(line => new JsonObject { ["sku"] = line.Sku, ["quantity"] = line.Quantity, ["unitPrice"] = Amount(line.Price, currency) })]),
            ["shipping"] = new JsonObject { ["amount"] = Amount(shipping, currency) },
        };
        if (discount > 0)
        {
            body["discount"] = Amount(discount, currency);
        }

        if (tax > 0)
        {
            body["tax"] = Amount(tax, currency);
        }

        if (method is not null || token is not null)
        {
            var payment = new JsonObject();
            if (method is not null)
            {
                payment["method"] = method;
            }

            if (token is not null)
            {
                payment["token"] = token;
            }

            body["payment"] = payment;
        }

        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    /// <param name="number">increment_id.</param>
    /// <param name="rows">Rows; a row with children is a bundle's parent.</param>
    public static byte[] Magento(string number, string quote, string email, string state, string method, DateTimeOffset updatedAt, IEnumerable<JsonObject> rows, Totals totals, long paid, long authorised)
    {
        var total = totals.Total;
        var body = new JsonObject
        {
            ["increment_id"] = number,
            ["quote_id"] = quote,
            ["state"] = state,
            ["status"] = state == "holded" ? "holded" : state,
            ["customer_email"] = email,
            ["customer_firstname"] = "Grace",
            ["customer_lastname"] = "Holm",
            ["order_currency_code"] = "EUR",
            ["grand_total"] = total / 100m,
            ["subtotal"] = totals.Subtotal / 100m,
            ["shipping_amount"] = totals.Shipping / 100m,
            ["tax_amount"] = totals.Tax / 100m,
            ["discount_amount"] = -totals.Discount / 100m,
            ["total_paid"] = paid / 100m,
            ["created_at"] = "2026-11-23 08:59:00",
            ["updated_at"] = updatedAt.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            ["items"] = new JsonArray([.. rows]),
            ["billing_address"] = Address(),
            ["payment"] = new JsonObject { ["method"] = method, ["amount_ordered"] = total / 100m, ["amount_authorized"] = authorised / 100m, ["amount_paid"] = paid / 100m, ["account_status"] = null, ["cc_last4"] = null, ["additional_information"] = new JsonArray() },
            ["extension_attributes"] = new JsonObject { ["shipping_assignments"] = new JsonArray(new JsonObject { ["shipping"] = new JsonObject { ["address"] = Address(), ["method"] = "flatrate_flatrate" } }) },
        };
        if (state == "holded")
        {
            body["hold_before_state"] = "processing";
        }

        if (totals.Credit > 0)
        {
            body["customer_balance_amount"] = totals.Credit / 100m;
        }

        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    public static JsonObject Row(int id, string sku, decimal quantity, long price, string type = "simple", int? parent = null, decimal shipped = 0)
    {
        var row = new JsonObject
        {
            ["item_id"] = id,
            ["sku"] = sku,
            ["name"] = "Article " + sku,
            ["product_type"] = type,
            ["qty_ordered"] = quantity,
            ["qty_canceled"] = 0,
            ["qty_shipped"] = shipped,
            ["qty_refunded"] = 0,
            ["price"] = price / 100m,
            ["row_total"] = decimal.Round(quantity * price) / 100m,
        };
        if (type is "virtual" or "downloadable")
        {
            row["is_virtual"] = 1;
        }

        if (parent is { } of)
        {
            row["parent_item_id"] = of;
        }

        return row;
    }

    private static JsonObject Address() => new()
    {
        ["firstname"] = "Grace",
        ["lastname"] = "Holm",
        ["street"] = new JsonArray("Storgata 7"),
        ["city"] = "Bergen",
        ["postcode"] = "5003",
        ["country_id"] = "NO",
        ["telephone"] = "55512345",
    };
}
