using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Tables;

/// <summary>The one or two attributes that place an item in a table or index.</summary>
internal sealed record KeySchema(KeyAttribute Partition, KeyAttribute? Sort)
{
    public IEnumerable<KeyAttribute> Attributes => Sort is null ? [Partition] : [Partition, Sort];

    public int Count => Sort is null ? 1 : 2;

    public bool Has(string name) => Partition.Name == name || Sort?.Name == name;

    /// <summary>Null where the item lacks an attribute of the key, or has it with another type.</summary>
    public ItemKey? Of(AttributeMap item)
    {
        if (item[Partition.Name] is not { } partition || partition.Type != Partition.Type) return null;
        if (Sort is null) return new(partition, null);
        return item[Sort.Name] is { } sort && sort.Type == Sort.Type ? new ItemKey(partition, sort) : null;
    }
}
