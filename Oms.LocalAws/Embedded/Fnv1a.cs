namespace Oms.LocalAws.Embedded;

/// <summary>Fowler, Noll and Vo's hash: quick, without a key, and the same in every process. http://www.isthe.com/chongo/tech/comp/fnv/</summary>
internal static class Fnv1a
{
    /// <summary>The 64-bit hash of nothing.</summary>
    public const ulong Start = 14695981039346656037;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var one in bytes) hash = unchecked((hash ^ one) * 16777619u);
        return hash;
    }

    /// <summary>The 64-bit hash of what was hashed so far and of these bytes.</summary>
    public static ulong Continue(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes) hash = unchecked((hash ^ one) * 1099511628211);
        return hash;
    }
}
