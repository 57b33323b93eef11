using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Tables;

internal readonly record struct ItemKey(AttributeValue Partition, AttributeValue? Sort)
{
    public int Order(ItemKey other)
    {
        var partition = Partition.Order(other.Partition);
        return partition != 0 || Sort is null ? partition : Sort.Order(other.Sort!);
    }
}
