using System.Text.Json;
using Oms.Contracts;

namespace Oms.Orders.Magento;

/// <summary>Which rows take stock, and how much of each is still open.</summary>
internal static class StockRows
{
    /// <summary>Magento: decimal(12,4). Inventory takes no more of one SKU.</summary>
    public const decimal LargestQuantity = 99_999_999m;

    /// <summary>Magento: sales_order_item.sku is varchar(255).</summary>
    private const int LongestSku = 255;

    /// <summary>Amazon SNS takes 256 KiB a message; the rest of an order's event needs a few KB.</summary>
    private const int MostBytesInEvent = 240_000;

    private static readonly string[] TypesWithoutStock = ["virtual", "downloadable", "giftcard", "gift_card", "mageworx_giftcards", "amgiftcard", "mpgiftcard", "subscription_virtual"];

    /// <summary>What stock is asked for. A quantity that no stock can have is left to a person.</summary>
    public static IReadOnlyList<StockLine> ToReserve(MagentoOrder order) => [.. Wanted(order).Where(static line => line.Quantity <= LargestQuantity)];

    /// <summary>One line per SKU: a SKU that stands in two rows is reserved once, with both quantities.</summary>
    public static IReadOnlyList<StockLine> Wanted(MagentoOrder order) =>
        [.. Leaves(order.Rows)
            .Where(row => TakesStock(row) && HasSku(row))
            .Select(row => new StockLine(row.Sku, Open(row, order.Rows)))
            .Where(line => line.Quantity > 0)
            .GroupBy(line => line.Sku, StringComparer.Ordinal)
            .Select(group => new StockLine(group.Key, group.Sum(line => line.Quantity)))];

    /// <summary>A leaf is a row that no other row names as its parent: what is put into the parcel. Grouped products arrive as leaves.</summary>
    public static IEnumerable<MagentoRow> Leaves(IReadOnlyList<MagentoRow> rows)
    {
        var parents = rows.Select(row => row.ParentItemId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return rows.Where(row => row.ItemId is null || !parents.Contains(row.ItemId));
    }

    /// <summary>What is blank, or longer than anything that Magento can store, names nothing in stock.</summary>
    public static bool HasSku(MagentoRow row) => !string.IsNullOrWhiteSpace(row.Sku) && row.Sku.EnumerateRunes().Count() <= LongestSku;

    /// <summary>Whether an event can carry the lines: 500 of Magento's longest SKUs in other scripts than Latin are more than SNS takes.</summary>
    public static bool FitIntoEvent(IEnumerable<StockLine> lines) =>
        lines.Sum(static line => JsonEncodedText.Encode(line.Sku).EncodedUtf8Bytes.Length + """{"sku":"","quantity":99999999.9999},""".Length) <= MostBytesInEvent;

    public static bool TakesStock(MagentoRow row) =>
        !row.IsVirtual && !TypesWithoutStock.Contains(row.ProductType?.ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Ordered − cancelled − shipped − refunded before shipping.</summary>
    public static decimal Open(MagentoRow row, IReadOnlyList<MagentoRow> rows)
    {
        var cancelled = Progress(row, rows, static one => one.Canceled);
        var shipped = Progress(row, rows, static one => one.Shipped);
        var refunded = Progress(row, rows, static one => one.Refunded);
        return Math.Max(0, Math.Round(row.Ordered - cancelled - Math.Max(shipped, refunded), 4));
    }

    /// <summary>
    /// Magento moves the counters of the parent and leaves the children's at 0, or moves all of them alike: whichever of the two says more has
    /// happened. Once the counter of any part of a bundle has moved, each part speaks for itself: they may go one by one, and then the parent
    /// only counts parcels (magento2: Sales/Model/Order/ShipmentFactory, where such a parent is a dummy of quantity 1 in each).
    /// Where both can be meant, what may still lie on the shelf stays reserved.
    /// </summary>
    private static decimal Progress(MagentoRow row, IReadOnlyList<MagentoRow> rows, Func<MagentoRow, decimal> counter)
    {
        var own = counter(row);
        var parent = row.ParentItemId is null ? null : rows.FirstOrDefault(other => other.ItemId == row.ParentItemId && other != row);
        return parent is not { Ordered: > 0 } || (parent.ProductType is "bundle" && rows.Any(other => other.ParentItemId == row.ParentItemId && counter(other) > 0))
            ? own
            : Math.Max(own, row.Ordered / parent.Ordered * counter(parent));
    }
}
