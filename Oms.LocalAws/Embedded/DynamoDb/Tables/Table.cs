using Oms.LocalAws.Embedded.DynamoDb.Streams;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Tables;

/// <summary>A table's items, its indexes and its stream.</summary>
/// <param name="keepsPrevious">Whether eventually consistent reads may see an item as it was before its last write.</param>
internal sealed class Table(TableDefinition definition, TableStream? stream, bool keepsPrevious)
{
    private readonly Dictionary<ItemKey, Entry> _items = [];

    public TableDefinition Definition => definition;

    public string Name => definition.Name;

    public TableStream? Stream => stream;

    public IReadOnlyList<SecondaryIndex> Indexes { get; } = [.. definition.Indexes.Select(static index => new SecondaryIndex(index))];

    public SortedEntries Entries { get; } = new();

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>The attribute with the time to live, in seconds since 1970; null: items stay.</summary>
    public string? TimeToLiveAttribute { get; set; }

    public Entry? Find(ItemKey key) => _items.GetValueOrDefault(key);

    public AttributeMap? Item(ItemKey key) => _items.GetValueOrDefault(key)?.Item;

    public void Put(ItemKey key, AttributeMap? item)
    {
        var entry = _items.GetValueOrDefault(key);
        if (entry?.Item is { } old)
        {
            Bytes -= old.Size;
            Count--;
        }

        if (item is not null)
        {
            Bytes += item.Size;
            Count++;
        }

        if (entry is null)
        {
            if (item is null) return;
            entry = new Entry(key, key, item);
            _items.Add(key, entry);
            Entries.Add(entry);
        }
        else if (item is null && !keepsPrevious)
        {
            _items.Remove(key);
            Entries.Remove(entry);
        }
        else
        {
            entry.Previous = keepsPrevious ? entry.Item : null;
            entry.Item = item;
        }
    }

    public AttributeMap KeyOf(ItemKey key) => new(key.Sort is null
        ? [new(definition.Key.Partition.Name, key.Partition)]
        : [new(definition.Key.Partition.Name, key.Partition), new(definition.Key.Sort!.Name, key.Sort)]);
}
