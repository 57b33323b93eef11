using Oms.Contracts;

namespace Oms.Orders.Magento;

/// <summary>Which rows take stock, and how much of each is still open.</summary>
internal static class StockRows
{
    private static readonly string[] TypesWithoutStock = ["virtual", "downloadable", "giftcard", "gift_card", "mageworx_giftcards", "amgiftcard", "mpgiftcard", "subscription_virtual"];

    /// <summary>One line per SKU: a SKU that stands in two rows is reserved once, with both quantities.</summary>
    public static IReadOnlyList<StockLine> ToReserve(MagentoOrder order) =>
        [.. Leaves(order.Rows)
            .Where(row => TakesStock(row) && !string.IsNullOrWhiteSpace(row.Sku))
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

    public static bool TakesStock(MagentoRow row) =>
        !row.IsVirtual && !TypesWithoutStock.Contains(row.ProductType?.ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>
    /// Ordered − cancelled − shipped − refunded before shipping. Magento moves the counters of the parent and leaves the child's at 0, except
    /// for bundles shipped separately, where the child's own move: whichever of the two says more has happened.
    /// </summary>
    public static decimal Open(MagentoRow row, IReadOnlyList<MagentoRow> rows)
    {
        var parent = row.ParentItemId is null ? null : rows.FirstOrDefault(other => other.ItemId == row.ParentItemId && other != row);
        var share = parent is { Ordered: > 0 } ? row.Ordered / parent.Ordered : 0;
        var cancelled = Math.Max(row.Canceled, share * (parent?.Canceled ?? 0));
        var shipped = Math.Max(row.Shipped, share * (parent?.Shipped ?? 0));
        var refunded = Math.Max(row.Refunded, share * (parent?.Refunded ?? 0));
        return Math.Max(0, Math.Round(row.Ordered - cancelled - Math.Max(shipped, refunded), 4));
    }
}
