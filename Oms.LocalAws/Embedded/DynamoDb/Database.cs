using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Streams;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb;

/// <summary>All tables and streams, the one place where items change, and what happens by itself when its time has come.</summary>
internal sealed class Database(DynamoDbChoices? choices, Action<ItemChange> committed, Func<bool> isObserved)
{
    private readonly SortedDictionary<string, Table> _tables = new(StringComparer.Ordinal);
    private readonly List<TableStream> _streams = [];
    private readonly PriorityQueue<Action<DateTimeOffset>, (DateTimeOffset At, long Number)> _due = new();
    private long _scheduled;

    public DynamoDbChoices? Choices => choices;

    public IEnumerable<Table> Tables => _tables.Values;

    /// <summary>Streams of tables that are deleted stay readable for a day, as in AWS.</summary>
    public IReadOnlyList<TableStream> Streams => _streams;

    /// <summary>The number of the last change of any item.</summary>
    public long Sequence { get; private set; }

    /// <summary>The time of the call that is being served; it never goes back.</summary>
    public DateTimeOffset Now { get; private set; }

    public DateTimeOffset? NextDue => _due.TryPeek(out _, out var next) ? next.At : null;

    /// <summary>Lets the time pass: everything that is due happens, in the order of its times.</summary>
    public void AdvanceTo(DateTimeOffset now)
    {
        while (_due.TryPeek(out var happen, out var next) && next.At <= now)
        {
            _due.Dequeue();
            if (next.At > Now) Now = next.At;
            happen(next.At);
        }

        if (now > Now) Now = now;
        foreach (var stream in _streams) stream.Trim(Now);
    }

    public Table? Find(string name) => _tables.GetValueOrDefault(name);

    /// <exception cref="DynamoDbException">There is no such table.</exception>
    public Table Table(string name) => Find(name) ?? throw DynamoDbException.TableNotFound();

    public Table Create(TableDefinition definition)
    {
        TableStream? stream = null;
        if (definition.StreamView is { } view)
        {
            var label = definition.Created;
            while (_streams.Exists(s => s.Arn == StreamArn(definition, label))) label = label.AddMilliseconds(1);
            stream = new TableStream(StreamArn(definition, label), definition.Name, definition.Key, view, definition.Created);
            _streams.Add(stream);
        }

        return _tables[definition.Name] = new Table(definition, stream, keepsPrevious: choices is not null);
    }

    public void Drop(Table table)
    {
        _tables.Remove(table.Name);
        if (table.Stream is { } stream) ScheduleEnd(stream);
    }

    /// <summary>Puts back a table of a snapshot.</summary>
    public void Restore(Table table)
    {
        _tables.Add(table.Name, table);
        ScheduleEnds(table);
    }

    /// <summary>Puts back the streams of a snapshot, after its tables; one without a table gets its day anew.</summary>
    public void Restore(long sequence, IEnumerable<TableStream> streams)
    {
        Sequence = sequence;
        _streams.AddRange(streams);
        foreach (var stream in _streams.Where(stream => !_tables.Values.Any(table => table.Stream == stream))) ScheduleEnd(stream);
    }

    /// <summary>Makes changes real, all at once; one that changes nothing leaves no trace, as in AWS.</summary>
    /// <param name="transactional">The changes are those of one transaction.</param>
    /// <param name="byTimeToLive">DynamoDB itself deletes the item.</param>
    public void Commit(ReadOnlySpan<Change> changes, bool transactional, bool byTimeToLive = false)
    {
        var first = Sequence + 1;
        List<ItemChange>? observed = isObserved() ? [] : null;
        foreach (var change in changes)
        {
            if (change.Before is null ? change.After is null : change.Before.Equals(change.After)) continue;
            var sequence = ++Sequence;
            change.Table.Put(change.Key, change.After);
            foreach (var index in change.Table.Indexes) Propagate(change, index);
            change.Table.Stream?.Add(new StreamEntry(sequence, Now, change.Table.KeyOf(change.Key), change.Before, change.After, byTimeToLive));
            if (change.After is { } item && (change.Before is null || EndOf(change.Table, change.Before) != EndOf(change.Table, item))) ScheduleEnd(change.Table, change.Key, item);
            observed?.Add(new(
                change.Table.Name,
                change.Before is { } before ? AttributeWriter.Element(before) : null,
                change.After is { } after ? AttributeWriter.Element(after) : null,
                StreamEntry.Text(sequence),
                transactional ? StreamEntry.Text(first) : null));
        }

        if (observed is null) return;
        foreach (var change in observed) committed(change);
    }

    /// <summary>Items that were there before the time to live was switched on have an end, too.</summary>
    public void ScheduleEnds(Table table)
    {
        foreach (var entry in table.Entries.From(null, backward: false))
            if (entry.Item is { } item) ScheduleEnd(table, entry.Key, item);
    }

    /// <summary>The item that a read sees: the present one, or the one before where the read may be stale and is.</summary>
    public AttributeMap? Seen(Table table, Entry? entry, bool consistent)
    {
        if (entry is null) return null;
        return !consistent && choices is not null && choices.ReadsStale(table.Name, Key(table, entry.Key)) ? entry.Previous : entry.Item;
    }

    public static JsonElement Key(Table table, ItemKey key) => AttributeWriter.Element(table.KeyOf(key));

    private static string StreamArn(TableDefinition table, DateTimeOffset created) =>
        $"{table.Arn}/stream/{created.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture)}";

    private void Propagate(Change change, SecondaryIndex index)
    {
        if (choices is null)
        {
            index.Apply(change.Key, change.After);
            return;
        }

        if (index.DueAt(change.Key, Now, choices.IndexLag(change.Table.Name, index.Definition.Name, Key(change.Table, change.Key))) is not { } due)
            index.Apply(change.Key, change.After);
        else
            _due.Enqueue(at => index.ApplyDue(change.Key, change.After, at), (due, ++_scheduled));
    }

    private void ScheduleEnd(TableStream stream) => _due.Enqueue(_ => _streams.Remove(stream), (Now + TableStream.Retention, ++_scheduled));

    /// <summary>
    /// Items whose time to live is over are deleted, unless it is more than five years past.
    /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
    /// </summary>
    private void ScheduleEnd(Table table, ItemKey key, AttributeMap item)
    {
        if (EndOf(table, item) is not { } end || end < Now.AddYears(-5)) return;
        if (end > Now.AddYears(100)) return; // in no run's lifetime
        _due.Enqueue(
            _ =>
            {
                if (Find(table.Name) != table || table.Item(key) is not { } present || EndOf(table, present) != end) return;
                Commit([new Change(table, key, present, null)], transactional: false, byTimeToLive: true);
            },
            (end > Now ? end : Now, ++_scheduled));
    }

    private static DateTimeOffset? EndOf(Table table, AttributeMap item) =>
        table.TimeToLiveAttribute is { } attribute && item[attribute] is NumberValue { Number: var number } && number.Whole() is { } seconds and >= 0 and <= 253402300799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
