using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Oms.LocalAws.Embedded.DynamoDb.Values;

/// <summary>One string for every attribute name that is in use: items share their names instead of carrying them.</summary>
internal static class Names
{
    private const int Slots = 4096; // a power of two
    private const int Longest = 64;

    /// <summary>A slot is replaced as a whole, so threads that read it see one name or another, never half of one.</summary>
    private static readonly Name?[] Known = new Name?[Slots];

    public static string Of(JsonProperty property)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        if (raw.Length is 0 or > Longest || raw.Contains((byte)'\\')) return property.Name;
        var hash = Fnv1a.Of(raw);
        ref var slot = ref Known[(hash ^ (hash >> 15)) & (Slots - 1)];
        var known = slot;
        if (known is not null && raw.SequenceEqual(known.Utf8)) return known.Text;
        var text = Encoding.UTF8.GetString(raw);
        slot = new(raw.ToArray(), text);
        return text;
    }

    private sealed record Name(byte[] Utf8, string Text);
}
