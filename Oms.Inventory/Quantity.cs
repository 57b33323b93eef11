using System.Globalization;
using System.Text.Json;

namespace Oms.Inventory;

/// <summary>How much of a SKU: as Magento keeps it, decimal(12,4).</summary>
internal static class Quantity
{
    public const decimal Largest = 99_999_999.9999m;

    public static bool IsWellFormed(decimal quantity) => quantity is >= 0 and <= Largest && decimal.Round(quantity, 4) == quantity;

    /// <summary>2.5000 and 2.5 are the same quantity, so they get the same text.</summary>
    public static decimal Normalise(decimal quantity) => quantity / 1.0000000000000000000000000000m;

    public static string Text(decimal quantity) => Normalise(quantity).ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the number as it was written, so that nothing is rounded away unseen (1e-30 is not 0).</summary>
    public static bool TryRead(JsonElement json, out decimal quantity)
    {
        quantity = 0;
        if (json.ValueKind != JsonValueKind.Number || json.GetRawText() is not { Length: <= 40 } text)
        {
            return false;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        return (point < 0 || text.AsSpan(point + 1).TrimEnd('0').Length <= 4)
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out quantity)
            && IsWellFormed(quantity);
    }
}
