namespace Oms.Inventory;

/// <summary>What one source has of one SKU. Available is always what is on hand less what is reserved.</summary>
/// <param name="Operations">The last eight operations that set it, newest last.</param>
internal sealed record StockRow(string Source, decimal OnHand, decimal Reserved, decimal Available, IReadOnlyList<string> Operations);
