using System.Text.Json;
using System.Text.Unicode;
using Oms.ServiceDefaults.Http;

namespace Oms.Orders.Magento;

/// <summary>
/// Reads Magento's order JSON, in whichever envelope it comes. Only increment_id, grand_total, order_currency_code and the rows' sku and
/// qty_ordered are needed; everything else may be absent, null, a string instead of a number, or [] instead of an object.
/// </summary>
internal static class MagentoReader
{
    public const int MaximumRows = 500;
    private const int LongestNumber = 64;

    // A name twice is malformed here as on every route: PHP never writes one, so no order of a shop is lost by it, and two readers could see two orders in it.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    public static MagentoReading Read(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        if (!Utf8.IsValid(body.Span))
        {
            return new MagentoReading.NotJson("The body is not valid UTF-8.");
        }

        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            EveryTextIsUnicode(document.RootElement);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return new MagentoReading.NotJson("The body is not JSON, is nested deeper than 32 levels, or names a property twice.");
        }
        catch (InvalidOperationException)
        {
            // What System.Text.Json throws for an escape that is half of a surrogate pair.
            return new MagentoReading.NotJson("The body escapes a character that does not exist.");
        }
    }

    /// <summary>Reads a stored order again; it was readable when it came in.</summary>
    public static MagentoOrder ReadStored(ReadOnlyMemory<byte> raw) => Read(raw) is MagentoReading.Order order
        ? order.Facts
        : throw new InvalidOperationException("The stored order cannot be read, though it could when it came in");

    private static MagentoReading Read(JsonElement root)
    {
        var (order, pointer) = Unwrap(root, "", 0);
        if (!IsOrder(order) && order.Member("items") is { ValueKind: JsonValueKind.Array } found && found.GetArrayLength() > 1 && IsOrder(found[0]))
        {
            return new MagentoReading.Unreadable([new FieldError(pointer + "/items", "must be one order; post each of several by itself")]);
        }

        if (order.ValueKind != JsonValueKind.Object)
        {
            return new MagentoReading.Unreadable([new FieldError(pointer, "must be an order, a JSON object")]);
        }

        var errors = new List<FieldError>();
        var number = order.Text("increment_id");
        if (number is null || number.Length > LongestNumber)
        {
            errors.Add(new FieldError(pointer + "/increment_id", "must be the order's number, at most 64 characters"));
        }

        var currency = order.Text("order_currency_code")?.Trim().ToUpperInvariant();
        if (!Contracts.Money.IsCurrency(currency))
        {
            errors.Add(new FieldError(pointer + "/order_currency_code", "must be an ISO 4217 code"));
        }

        var grandTotal = order.Number("grand_total");
        if (grandTotal is null)
        {
            errors.Add(new FieldError(pointer + "/grand_total", "must be an amount"));
        }

        var rows = ReadRows(order, pointer, errors);
        return errors.Count > 0
            ? new MagentoReading.Unreadable(errors)
            : new MagentoReading.Order(ReadOrder(order, number!.Trim(), currency!, grandTotal!.Value, rows));
    }

    /// <summary>
    /// {"data": …}, {"entity": …}, {"order": …}, {"result": …}, Adobe's {"event": {"data": {"value": …}}} and search results {"items": [one]}
    /// around the order. An envelope may repeat the order's number beside it, as answers of checkouts do.
    /// </summary>
    private static (JsonElement Order, string Pointer) Unwrap(JsonElement element, string pointer, int depth)
    {
        if (depth > 4 || IsOrder(element))
        {
            return (element, pointer);
        }

        foreach (var name in (ReadOnlySpan<string>)["data", "entity", "order", "result", "event", "value"])
        {
            if (element.Member(name) is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } inner)
            {
                return Unwrap(inner, $"{pointer}/{name}", depth + 1);
            }
        }

        if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 1)
        {
            return Unwrap(element[0], pointer + "/0", depth + 1);
        }

        return element.Member("items") is { ValueKind: JsonValueKind.Array } items && items.GetArrayLength() == 1
            && (items[0].Member("increment_id") is not null || items[0].Member("items") is not null)
            ? Unwrap(items[0], pointer + "/items/0", depth + 1)
            : (element, pointer);
    }

    private static bool IsOrder(JsonElement element) => element.Member("increment_id") is not null
        && (element.Member("grand_total") ?? element.Member("order_currency_code") ?? element.Member("items")) is not null;

    private static List<MagentoRow> ReadRows(JsonElement order, string pointer, List<FieldError> errors)
    {
        var rows = new List<MagentoRow>();
        var entries = order.Member("items")?.Keyed().ToList() ?? [];
        if (entries.Count is 0 or > MaximumRows)
        {
            errors.Add(new FieldError(pointer + "/items", $"must have 1 to {MaximumRows} rows"));
            return rows;
        }

        foreach (var (key, row) in entries)
        {
            if (row.ValueKind != JsonValueKind.Object)
            {
                errors.Add(new FieldError($"{pointer}/items/{key}", "must be a row, a JSON object"));
                continue;
            }

            var sku = row.Member("sku") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : row.Text("sku");
            var ordered = row.Number("qty_ordered");
            if (sku is null)
            {
                errors.Add(new FieldError($"{pointer}/items/{key}/sku", "must be the SKU"));
            }

            if (ordered is null)
            {
                errors.Add(new FieldError($"{pointer}/items/{key}/qty_ordered", "must be the quantity"));
            }

            if (sku is not null && ordered is not null)
            {
                rows.Add(ReadRow(row, sku, ordered.Value));
            }
        }

        return rows;
    }

    private static MagentoRow ReadRow(JsonElement row, string sku, decimal ordered) => new()
    {
        Sku = sku,
        Ordered = ordered,
        ItemId = row.Text("item_id"),
        ParentItemId = Id(row.Text("parent_item_id")) ?? Id(row.Member("parent_item").Text("item_id")),
        ProductType = row.Text("product_type"),
        Name = row.Text("name"),
        IsVirtual = row.Flag("is_virtual"),
        Canceled = row.Number("qty_canceled") ?? 0,
        Shipped = row.Number("qty_shipped") ?? 0,
        Refunded = row.Number("qty_refunded") ?? 0,
        Price = row.Number("price"),
        RowTotal = row.Number("row_total"),
        Discount = row.Number("discount_amount"),
        Weee = row.Number("weee_tax_applied_row_amount"),
    };

    private static MagentoOrder ReadOrder(JsonElement order, string number, string currency, decimal grandTotal, List<MagentoRow> rows)
    {
        var payment = order.Member("payment");
        var shipping = order.Member("extension_attributes").List("shipping_assignments").Select(a => a.Member("shipping")).FirstOrDefault(s => s is not null);
        var billing = Address(order, "billing");
        return new MagentoOrder
        {
            Number = number,
            Currency = currency,
            Rows = rows,
            Totals = TotalsReader.Read(order, payment, grandTotal, rows),
            Money = TotalsReader.ReadMoney(order, payment),
            State = order.Text("state")?.Trim().ToLowerInvariant(),
            HoldBeforeState = order.Text("hold_before_state")?.Trim().ToLowerInvariant(),
            Method = payment.Text("method")?.Trim().ToLowerInvariant(),
            UpdatedAt = order.Time("updated_at"),
            Email = order.Text("customer_email") ?? billing.Text("email"),
            Billing = ReadAddress(billing),
            Shipping = ReadAddress(shipping.Member("address") ?? Address(order, "shipping")),
            QuoteId = Id(order.Text("quote_id")),
            IsRelated = Id(order.Text("relation_parent_id")) is not null || Id(order.Text("relation_child_id")) is not null
                || Id(order.Text("relation_parent_real_id")) is not null || Id(order.Text("relation_child_real_id")) is not null,
        };
    }

    /// <summary>REST names the addresses; an event has both in one list, told apart by address_type.</summary>
    private static JsonElement? Address(JsonElement order, string type) =>
        order.Member(type + "_address") ?? order.List("addresses").Where(address => address.Text("address_type") == type).Cast<JsonElement?>().FirstOrDefault();

    private static MagentoAddress? ReadAddress(JsonElement? address) => address is not { ValueKind: JsonValueKind.Object } ? null : new MagentoAddress
    {
        FirstName = address.Text("firstname"),
        LastName = address.Text("lastname"),
        Company = address.Text("company"),
        Street = address.Member("street") is { ValueKind: JsonValueKind.String } line
            ? (line.AsText() ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. address.List("street").Select(part => part.AsText()).OfType<string>()],
        City = address.Text("city"),
        Region = address.Text("region") ?? address.Member("region").Text("region") ?? address.Text("region_code"),
        Postcode = address.Text("postcode"),
        Country = address.Text("country_id"),
        Telephone = address.Text("telephone"),
    };

    private static string? Id(string? text) => text is null or "0" ? null : text;

    private static void EveryTextIsUnicode(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    EveryTextIsUnicode(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var entry in element.EnumerateArray())
                {
                    EveryTextIsUnicode(entry);
                }

                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            default:
                break;
        }
    }
}
