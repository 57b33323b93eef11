using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Oms.Contracts;

/// <summary>
/// An order's id, derived from what makes the order one order, so that the same order placed twice, even at once, meets itself in one item.
/// Form: "ord_" and 26 characters of lower-case Crockford base 32 (the first 130 bits of a SHA-256).
/// </summary>
public static class OrderId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 26;
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>A native order is one per tenant and Idempotency-Key.</summary>
    public static string OfNative(string tenant, string idempotencyKey) => Derive("native", tenant, idempotencyKey);

    /// <summary>A Magento order is one per tenant, store and increment_id.</summary>
    public static string OfMagento(string tenant, string store, string incrementId) => Derive("magento", tenant, store, incrementId);

    public static bool IsWellFormed(string? id) =>
        id is { Length: 4 + Length } && id.StartsWith("ord_", StringComparison.Ordinal) && id.AsSpan(4).IndexOfAnyExcept(Letters) < 0;

    private static string Derive(params ReadOnlySpan<string> parts)
    {
        // Lengths in front of the parts: ("a","bc") and ("ab","c") are different orders.
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.Length).Append(':').Append(part);
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return string.Create(4 + Length, hash, static (span, bytes) =>
        {
            "ord_".CopyTo(span);
            for (var i = 0; i < Length; i++)
            {
                var bit = i * 5;
                var pair = (bytes[bit / 8] << 8) | bytes[(bit / 8) + 1];
                span[4 + i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
            }
        });
    }
}
