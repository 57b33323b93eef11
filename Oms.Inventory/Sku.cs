using System.Text;
using Oms.ServiceDefaults.Http;

namespace Oms.Inventory;

/// <summary>What may name a stock row.</summary>
internal static class Sku
{
    /// <summary>Magento: catalog_product_entity.sku is varchar(64).</summary>
    public const int MaxLength = 64;

    public static readonly Problem Malformed = Problem.Malformed("The SKU in the path must have 1 to 64 characters, percent-encoded, without control characters.");

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
