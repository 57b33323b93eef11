namespace Oms.LocalAws.Embedded.DynamoDb.Values;

/// <summary>
/// The order of texts by their UTF-8 bytes. It is that of their UTF-16 units, except that surrogates (which stand for
/// what comes last) are smaller there than U+E000 to U+FFFF.
/// </summary>
internal static class Utf8Order
{
    public static int Compare(string one, string other)
    {
        var same = one.AsSpan().CommonPrefixLength(other);
        if (same == one.Length || same == other.Length) return one.Length.CompareTo(other.Length);
        return Rank(one[same]).CompareTo(Rank(other[same]));
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
