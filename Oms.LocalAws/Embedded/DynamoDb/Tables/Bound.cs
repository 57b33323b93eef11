using Oms.LocalAws.Embedded.DynamoDb.Expressions;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Tables;

/// <summary>A place between entries: before or after those that equal what is given of it.</summary>
/// <param name="Sort">Null: all of the partition.</param>
/// <param name="Key">The item's own key, in an index; null: all with this sort key.</param>
/// <param name="IsAfter">Behind the equal ones, not in front of them.</param>
/// <param name="IsPrefix">Every sort key that begins with Sort equals it.</param>
internal sealed record Bound(AttributeValue Partition, AttributeValue? Sort, ItemKey? Key, bool IsAfter, bool IsPrefix = false)
{
    public bool IsBefore(Entry entry)
    {
        var order = Partition.Order(entry.Position.Partition);
        if (order == 0 && Sort is not null && !(IsPrefix && Condition.BeginsWith(entry.Position.Sort, Sort))) order = Sort.Order(entry.Position.Sort!);
        if (order == 0 && Key is { } key) order = key.Order(entry.Key);
        return order == 0 ? !IsAfter : order < 0;
    }
}
