using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Oms.Orders.Magento;

/// <summary>
/// What was placed: items, prices, totals, addresses. State, counters, comments and dates are not in it: Magento re-sends an order on every
/// save, and only a changed placement needs a person. "100.0000", 100 and 100.00000000000001 are the same amount.
/// </summary>
internal static class PlacementHash
{
    /// <summary>Eight bytes in hex: told apart are only the few placements of one order.</summary>
    public static string Of(MagentoOrder order)
    {
        var text = new StringBuilder();
        Add(text, order.Number, order.Currency);
        Add(text, order.Totals.GrandTotal, order.Totals.Subtotal, order.Totals.Discount, order.Totals.Shipping, order.Totals.Tax);
        foreach (var row in order.Rows.OrderBy(row => row.Sku, StringComparer.Ordinal).ThenBy(row => row.ParentItemId is null ? 0 : 1).ThenBy(row => row.Ordered).ThenBy(row => row.Price))
        {
            Add(text, row.Sku, row.ParentItemId is null ? null : "child");
            Add(text, row.Ordered, row.Price, row.RowTotal, row.Discount);
        }

        Add(text, order.Billing);
        Add(text, order.Shipping);
        return Short(text.ToString());
    }

    /// <summary>Same quote, same address, same SKUs: of two unrelated orders probably one is a mistake (a second click, a retried checkout).</summary>
    /// <returns>Null where the order cannot be suspected: no quote, or linked to its twin by Magento itself.</returns>
    public static string? OfDuplicate(MagentoOrder order)
    {
        if (order.QuoteId is null || order.IsRelated)
        {
            return null;
        }

        var text = new StringBuilder();
        Add(text, order.QuoteId);
        Add(text, order.Shipping ?? order.Billing);
        foreach (var sku in order.Rows.Select(row => row.Sku).Order(StringComparer.Ordinal))
        {
            Add(text, sku);
        }

        return Short(text.ToString());
    }

    private static string Short(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    private static void Add(StringBuilder text, MagentoAddress? address)
    {
        Add(text, address?.FirstName, address?.LastName, address?.Company, address?.City, address?.Region, address?.Postcode, address?.Country, address?.Telephone);
        Add(text, address is null ? null : string.Join('\n', address.Street));
    }

    private static void Add(StringBuilder text, params ReadOnlySpan<string?> parts)
    {
        foreach (var part in parts)
        {
            var value = part?.Trim() ?? "";
            text.Append(value.Length).Append(':').Append(value);
        }
    }

    private static void Add(StringBuilder text, params ReadOnlySpan<decimal?> numbers)
    {
        foreach (var number in numbers)
        {
            text.Append((number ?? 0).ToString("0.####", CultureInfo.InvariantCulture)).Append(';');
        }
    }
}
