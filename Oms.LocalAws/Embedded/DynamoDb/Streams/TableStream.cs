using Oms.LocalAws.Embedded.DynamoDb.Tables;

namespace Oms.LocalAws.Embedded.DynamoDb.Streams;

/// <summary>The changes of one table's items during the last 24 hours, in one shard that never ends.</summary>
internal sealed class TableStream(string arn, string table, KeySchema key, string viewType, DateTimeOffset created, long trimmedTo = 0)
{
    public static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    private readonly List<StreamEntry> _entries = [];
    private int _first;

    public string Arn => arn;

    public string Label => arn[(arn.LastIndexOf('/') + 1)..];

    public string Table => table;

    public KeySchema Key => key;

    public string ViewType => viewType;

    public DateTimeOffset Created => created;

    public string Shard { get; } = FormattableString.Invariant($"shardId-{created.ToUnixTimeMilliseconds():D20}-00000001");

    /// <summary>Up to this sequence number the stream has forgotten its changes.</summary>
    public long TrimmedTo { get; private set; } = trimmedTo;

    /// <summary>The sequence number of the oldest change that is kept.</summary>
    public long? Oldest => _first < _entries.Count ? _entries[_first].Sequence : null;

    public void Add(StreamEntry entry) => _entries.Add(entry);

    /// <summary>Changes after a sequence number, at most so many.</summary>
    public IReadOnlyList<StreamEntry> After(long sequence, int limit)
    {
        int low = _first, high = _entries.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].Sequence > sequence) high = middle;
            else low = middle + 1;
        }

        return _entries.GetRange(low, Math.Min(limit, _entries.Count - low));
    }

    public void Trim(DateTimeOffset now)
    {
        for (; _first < _entries.Count && _entries[_first].At + Retention <= now; _first++) TrimmedTo = _entries[_first].Sequence;
        if (_first < 1024 || _first < _entries.Count / 2) return;
        _entries.RemoveRange(0, _first);
        _first = 0;
    }
}
