namespace Oms.Inventory;

/// <summary>How much of a SKU: as Magento keeps it, decimal(12,4).</summary>
internal static class Quantity
{
    public const decimal Largest = 99_999_999.9999m;

    public static bool IsWellFormed(decimal quantity) => quantity is >= 0 and <= Largest && decimal.Round(quantity, 4) == quantity;

    /// <summary>2.5000 and 2.5 are the same quantity, so they get the same text.</summary>
    public static decimal Normalise(decimal quantity) => quantity / 1.0000000000000000000000000000m;
}
