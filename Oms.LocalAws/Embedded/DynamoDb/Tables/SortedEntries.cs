namespace Oms.LocalAws.Embedded.DynamoDb.Tables;

/// <summary>
/// Entries in the order of their positions, in blocks: an insertion moves a block's entries at most, however many
/// there are in all.
/// </summary>
internal sealed class SortedEntries
{
    private const int BlockSize = 256;

    private readonly List<List<Entry>> _blocks = [];

    public int Count { get; private set; }

    public void Add(Entry entry)
    {
        var (block, at) = Find(other => entry.Order(other) <= 0);
        if (block == _blocks.Count)
        {
            if (block == 0) _blocks.Add(new(BlockSize));
            block = _blocks.Count - 1;
            at = _blocks[block].Count;
        }

        var entries = _blocks[block];
        entries.Insert(at, entry);
        Count++;
        if (entries.Count < BlockSize) return;
        // At the end entries often come in order: then the full block stays nearly full.
        var kept = block == _blocks.Count - 1 && at == entries.Count - 1 ? entries.Count - 1 : entries.Count / 2;
        var rest = new List<Entry>(BlockSize);
        rest.AddRange(entries.GetRange(kept, entries.Count - kept));
        entries.RemoveRange(kept, entries.Count - kept);
        _blocks.Insert(block + 1, rest);
    }

    public void Remove(Entry entry)
    {
        var (block, at) = Find(other => entry.Order(other) <= 0);
        if (block == _blocks.Count || !ReferenceEquals(_blocks[block][at], entry)) throw new InvalidOperationException("the entry to remove is not there");
        _blocks[block].RemoveAt(at);
        Count--;
        if (_blocks[block].Count == 0) _blocks.RemoveAt(block);
    }

    /// <summary>All entries from a bound on (null: from the start, or backward from the end).</summary>
    public IEnumerable<Entry> From(Bound? bound, bool backward)
    {
        var (block, at) = bound is null
            ? (backward ? _blocks.Count : 0, 0)
            : Find(bound.IsBefore);
        if (!backward)
        {
            for (; block < _blocks.Count; block++, at = 0)
                for (; at < _blocks[block].Count; at++) yield return _blocks[block][at];
            yield break;
        }

        for (at--; block >= 0; block--, at = block >= 0 ? _blocks[block].Count - 1 : 0)
            for (; at >= 0; at--) yield return _blocks[block][at];
    }

    /// <summary>The first place from which on the entries fulfil what from some place on all fulfil.</summary>
    private (int Block, int At) Find(Func<Entry, bool> reached)
    {
        int low = 0, high = _blocks.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (reached(_blocks[middle][^1])) high = middle;
            else low = middle + 1;
        }

        if (low == _blocks.Count) return (low, 0);
        var entries = _blocks[low];
        int from = 0, to = entries.Count - 1;
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (reached(entries[middle])) to = middle;
            else from = middle + 1;
        }

        return (low, from);
    }
}
