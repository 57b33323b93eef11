using System.Text;
using Oms.ServiceDefaults.Http;

namespace Oms.Inventory;

/// <summary>What may name a stock row.</summary>
internal static class Sku
{
    /// <summary>Magento: sales_order_item.sku is varchar(255); an order's row may carry custom-option suffixes behind the product's 64 characters.</summary>
    public const int MaxLength = 255;

    public static readonly Problem Malformed = Problem.Malformed("The SKU in the path must have 1 to 255 characters, percent-encoded, without control characters.");

    /// <summary>Any text that a shop may have typed, slashes, spaces and emoji included, but no control characters and no broken UTF-16.</summary>
    public static bool IsWellFormed(string sku)
    {
        var length = 0;
        for (var rest = sku.AsSpan(); rest.Length > 0; length++)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var consumed) != System.Buffers.OperationStatus.Done || Rune.IsControl(rune))
            {
                return false;
            }

            rest = rest[consumed..];
        }

        return length is > 0 and <= MaxLength;
    }
}
