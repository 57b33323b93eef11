using System.Text.Json;

namespace Oms.LocalAws.Metering;

/// <summary>
/// Write units of one write that turned an item into another (null: there was or is none).
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html and, for indexes,
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
/// </summary>
internal static class WriteUnits
{
    /// <summary>The larger of both items in whole kilobytes; nothing is less than one unit.</summary>
    public static int Table(JsonElement? before, JsonElement? after) => Math.Max(Units(before), Units(after));

    /// <summary>
    /// An entry put or deleted costs its size, one that moves to another key both, one whose projected attributes
    /// changed the larger; an entry that stays as it is costs nothing.
    /// </summary>
    public static int Index(IndexShape index, JsonElement? before, JsonElement? after)
    {
        var (had, has) = (index.Holds(before), index.Holds(after));
        if (!had && !has) return 0;
        if (!had) return Entry(index, after!.Value);
        if (!has) return Entry(index, before!.Value);
        if (index.Keys.Any(key => !Same(before!.Value, after!.Value, key))) return Entry(index, before!.Value) + Entry(index, after!.Value);
        return Names(before!.Value, after!.Value).Where(index.Projects).All(name => Same(before.Value, after.Value, name))
            ? 0
            : Math.Max(Entry(index, before.Value), Entry(index, after.Value));
    }

    private static int Units(JsonElement? item) => item is { } there ? Kilobytes(ItemSize.Of(there)) : 1;

    private static int Entry(IndexShape index, JsonElement item) => Kilobytes(ItemSize.Of(item, index.Projects));

    private static int Kilobytes(int bytes) => Math.Max(1, (bytes + 1023) / 1024);

    private static IEnumerable<string> Names(JsonElement one, JsonElement other) =>
        one.EnumerateObject().Concat(other.EnumerateObject()).Select(attribute => attribute.Name).Distinct();

    private static bool Same(JsonElement one, JsonElement other, string name) =>
        one.TryGetProperty(name, out var a) == other.TryGetProperty(name, out var b)
        && (a.ValueKind == JsonValueKind.Undefined || JsonElement.DeepEquals(a, b));
}
