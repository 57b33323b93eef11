using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;
using Oms.LocalAws.Metering;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>Counts units by the second where the choices set a limit. What is refused here takes no capacity; a write whose condition fails does.</summary>
internal sealed class Throttle(Database database)
{
    public const string Message =
        "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. "
        + "If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html.";

    private readonly Dictionary<(string Table, AttributeValue? Partition, bool Writes), (long Second, decimal Units)> _used = [];

    /// <exception cref="DynamoDbException">The table or the partition key has had its units in this second.</exception>
    public void Require(Table table, ItemKey? key, bool writes)
    {
        if (!Allows(table, key, writes)) throw DynamoDbException.Of("ThrottlingException", Message);
    }

    public bool Allows(Table table, ItemKey? key, bool writes) =>
        database.Choices is null || (Below(table, null, writes) && (key is null || Below(table, key.Value.Partition, writes)));

    /// <summary>The part of a write that falls on the table and on the item's partition.</summary>
    public void Count(Change change, int factor = 1)
    {
        if (database.Choices is not null) Count(change.Table, change.Key, WriteUnits.Table(change.Before, change.After) * factor, writes: true);
    }

    public void Count(Table table, ItemKey? key, decimal units, bool writes)
    {
        if (database.Choices is null) return;
        Add((table.Name, null, writes), units);
        if (key is { } known) Add((table.Name, known.Partition, writes), units);
    }

    private bool Below(Table table, AttributeValue? partition, bool writes)
    {
        JsonElement? named = partition is null ? null : AttributeWriter.Element(new AttributeMap([new(table.Definition.Key.Partition.Name, partition)]));
        if (database.Choices!.UnitsPerSecond(table.Name, named, writes) is not { } limit) return true;
        return !_used.TryGetValue((table.Name, partition, writes), out var used) || used.Second != Second || used.Units < limit;
    }

    private long Second => database.Now.ToUnixTimeSeconds();

    private void Add((string Table, AttributeValue? Partition, bool Writes) bucket, decimal units)
    {
        var used = _used.GetValueOrDefault(bucket);
        _used[bucket] = (Second, used.Second == Second ? used.Units + units : units);
    }
}
