using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Tables;

/// <summary>A global secondary index: its own copy of what it projects, which may lag behind the table.</summary>
internal sealed class SecondaryIndex(IndexDefinition definition)
{
    private readonly Dictionary<ItemKey, Entry> _entries = [];

    /// <summary>When the last of the changes that an item still waits for is due: one item's changes come in their order.</summary>
    private readonly Dictionary<ItemKey, DateTimeOffset> _waiting = [];

    public IndexDefinition Definition => definition;

    public SortedEntries Entries { get; } = new();

    public long Bytes { get; private set; }

    /// <summary>Makes the entry what the item says; null or an item without the index's key has none.</summary>
    public void Apply(ItemKey key, AttributeMap? item)
    {
        if (_entries.Remove(key, out var old))
        {
            Entries.Remove(old);
            Bytes -= old.Item!.Size;
        }

        if (item is null || definition.Key.Of(item) is not { } position) return;
        var entry = new Entry(position, key, definition.Projection == "ALL" ? item : item.Where(definition.Projects));
        _entries.Add(key, entry);
        Entries.Add(entry);
        Bytes += entry.Item!.Size;
    }

    /// <summary>When a change that lags is to be applied; null: at once.</summary>
    public DateTimeOffset? DueAt(ItemKey key, DateTimeOffset now, TimeSpan lag)
    {
        var due = now + lag;
        if (_waiting.TryGetValue(key, out var last) && last > due) due = last;
        else if (lag <= TimeSpan.Zero && !_waiting.ContainsKey(key)) return null;
        _waiting[key] = due;
        return due;
    }

    public void ApplyDue(ItemKey key, AttributeMap? item, DateTimeOffset due)
    {
        Apply(key, item);
        if (_waiting.TryGetValue(key, out var last) && last <= due) _waiting.Remove(key);
    }
}
