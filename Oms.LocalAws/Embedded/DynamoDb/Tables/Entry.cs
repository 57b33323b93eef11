using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Tables;

/// <summary>An item in a table, or its entry in an index: there the position differs from the item's own key.</summary>
internal sealed class Entry(ItemKey position, ItemKey key, AttributeMap? item)
{
    public ItemKey Position => position;

    public ItemKey Key => key;

    /// <summary>Null is kept only where eventually consistent reads may still see what was there before.</summary>
    public AttributeMap? Item { get; set; } = item;

    /// <summary>What stood here before the last write.</summary>
    public AttributeMap? Previous { get; set; }

    public int Order(Entry other)
    {
        var order = position.Order(other.Position);
        return order != 0 ? order : key.Order(other.Key);
    }
}
