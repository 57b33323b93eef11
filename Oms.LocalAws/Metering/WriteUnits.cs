using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Metering;

/// <summary>
/// Write units of one write that turned an item into another (null: there was or is none).
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html and, for indexes,
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
/// </summary>
internal static class WriteUnits
{
    /// <summary>The larger of both items in whole kilobytes; nothing is less than one unit.</summary>
    public static int Table(AttributeMap? before, AttributeMap? after) => Math.Max(Units(before), Units(after));

    /// <summary>
    /// An entry put or deleted costs its size, one that moves to another key both, one whose projected attributes
    /// changed the larger; an entry that stays as it is costs nothing.
    /// </summary>
    public static int Index(IndexShape index, AttributeMap? before, AttributeMap? after)
    {
        if (!index.Holds(before)) return index.Holds(after) ? Entry(index, after) : 0;
        if (!index.Holds(after)) return Entry(index, before);
        if (index.Keys.Any(key => !Same(before, after, key))) return Entry(index, before) + Entry(index, after);
        return Names(before, after).Where(index.Projects).All(name => Same(before, after, name))
            ? 0
            : Math.Max(Entry(index, before), Entry(index, after));
    }

    private static int Units(AttributeMap? item) => item is { } there ? Kilobytes(there.Size) : 1;

    private static int Entry(IndexShape index, AttributeMap item) => Kilobytes(item.Where(index.Projects).Size);

    private static int Kilobytes(int bytes) => Math.Max(1, (bytes + 1023) / 1024);

    private static IEnumerable<string> Names(AttributeMap one, AttributeMap other) =>
        one.Concat(other).Select(attribute => attribute.Key).Distinct();

    private static bool Same(AttributeMap one, AttributeMap other, string name) => Equals(one[name], other[name]);
}
