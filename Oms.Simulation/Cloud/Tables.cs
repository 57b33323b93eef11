using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb;
using Oms.Simulation.Checks;

namespace Oms.Simulation.Cloud;

/// <summary>The raw items of all tables as they stand after the last commit, and what each commit changed.</summary>
internal sealed class Tables
{
    private readonly DynamoDbEngine _engine;
    private readonly Dictionary<(string Table, string Partition, string Sort), RawItem> _items = [];
    private readonly Dictionary<string, SortedSet<(long DueAt, string Partition, string Sort)>> _due = new(StringComparer.Ordinal);
    private List<ItemWrite> _commit = [];

    public Tables(DynamoDbEngine engine)
    {
        _engine = engine;
        _engine.Committed += Committed;
    }

    /// <summary>How many items were written so far.</summary>
    public long Commits { get; private set; }

    public IEnumerable<KeyValuePair<(string Table, string Partition, string Sort), RawItem>> All => _items;

    public RawItem? Find(string table, string partition, string sort) => _items.TryGetValue((table, partition, sort), out var item) ? item : null;

    /// <summary>What the last call to DynamoDB changed; asked for once.</summary>
    public IReadOnlyList<ItemWrite> TakeCommit()
    {
        var commit = _commit;
        _commit = [];
        return commit;
    }

    /// <summary>When the first item of the index <c>due</c> is due; null: none stands in it.</summary>
    public DateTimeOffset? EarliestDue(string table) => _due.TryGetValue(table, out var due) && due.Count > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(due.Min.DueAt) : null;

    /// <summary>Stream records behind <paramref name="after"/>, which is moved to the last of them.</summary>
    public IReadOnlyList<JsonElement> NewRecords(string table, ref string? after)
    {
        var records = new List<JsonElement>();
        foreach (var record in _engine.StreamRecords(table, after, 1000))
        {
            records.Add(record.Record);
            after = record.SequenceNumber;
        }

        return records;
    }

    private void Committed(ItemChange change)
    {
        RawItem? before = change.Before is { } old ? new RawItem(old) : null;
        RawItem? after = change.After is { } present ? new RawItem(present) : null;
        var item = after ?? before!.Value;
        var key = (change.Table, item.Partition, item.Sort);
        var due = _due.TryGetValue(change.Table, out var set) ? set : _due[change.Table] = [];
        if (before?.Number("dueAt") is { } was)
        {
            due.Remove(((long)was, item.Partition, item.Sort));
        }

        if (after is { } written)
        {
            _items[key] = written;
            if (written.Number("dueAt") is { } at)
            {
                due.Add(((long)at, item.Partition, item.Sort));
            }
        }
        else
        {
            _items.Remove(key);
        }

        Commits++;
        _commit.Add(new ItemWrite(change.Table, before, after));
    }
}

/// <summary>One item that a commit changed.</summary>
internal sealed record ItemWrite(string Table, RawItem? Before, RawItem? After)
{
    public RawItem Item => After ?? Before!.Value;
}
