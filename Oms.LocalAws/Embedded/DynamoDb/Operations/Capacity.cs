using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Metering;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>The capacity that one call consumes, table by table, and the part of the answer that says so.</summary>
internal sealed class Capacity
{
    private readonly bool _details;
    private readonly SortedDictionary<string, Use>? _tables;

    /// <exception cref="DynamoDbException">ReturnConsumedCapacity is none of its values.</exception>
    public Capacity(RequestBody request)
    {
        var asked = request.Choice("ReturnConsumedCapacity", "NONE", "TOTAL", "INDEXES");
        _details = asked == "INDEXES";
        _tables = asked == "NONE" ? null : new(StringComparer.Ordinal);
    }

    public bool IsAsked => _tables is not null;

    /// <summary>A write costs the larger of both items in the table, and what changes in each index; both twice in a transaction.</summary>
    public void Write(Change change, int factor = 1)
    {
        if (_tables is null) return;
        var use = Of(change.Table);
        use.Writes += WriteUnits.Table(change.Before, change.After) * factor;
        foreach (var index in change.Table.Indexes) use.AddIndex(index.Definition.Name, WriteUnits.Index(index.Definition.Shape, change.Before, change.After) * factor);
    }

    /// <param name="bytes">What was read together: 4 KB are a unit, nothing is less than one.</param>
    public void Read(Table table, long bytes, decimal rate, string? index = null)
    {
        if (_tables is null) return;
        var units = Math.Max(1, (bytes + 4095) / 4096) * rate;
        if (index is null) Of(table).Reads += units;
        else Of(table).AddIndex(index, units);
    }

    public void WriteSingle(Utf8JsonWriter json)
    {
        if (_tables is null) return;
        json.WritePropertyName("ConsumedCapacity");
        foreach (var (table, use) in _tables) WriteUse(json, table, use);
    }

    /// <param name="kind">The name under which the units stand once more: WriteCapacityUnits or ReadCapacityUnits, in transactions.</param>
    public void WriteAll(Utf8JsonWriter json, string? kind = null)
    {
        if (_tables is null) return;
        json.WriteStartArray("ConsumedCapacity");
        foreach (var (table, use) in _tables) WriteUse(json, table, use, kind);
        json.WriteEndArray();
    }

    private Use Of(Table table) => _tables!.TryGetValue(table.Name, out var use) ? use : _tables[table.Name] = new();

    private void WriteUse(Utf8JsonWriter json, string table, Use use, string? kind = null)
    {
        json.WriteStartObject();
        json.WriteString("TableName", table);
        WriteUnitsOf(json, use.Total, kind);
        if (_details)
        {
            json.WriteStartObject("Table");
            WriteUnitsOf(json, use.Reads + use.Writes, kind);
            json.WriteEndObject();
            if (use.Indexes.Count > 0)
            {
                json.WriteStartObject("GlobalSecondaryIndexes");
                foreach (var (index, units) in use.Indexes)
                {
                    json.WriteStartObject(index);
                    WriteUnitsOf(json, units, kind);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    private static void WriteUnitsOf(Utf8JsonWriter json, decimal units, string? kind)
    {
        json.WriteNumber("CapacityUnits", units);
        if (kind is not null) json.WriteNumber(kind, units);
    }

    private sealed class Use
    {
        public decimal Reads { get; set; }

        public decimal Writes { get; set; }

        public SortedDictionary<string, decimal> Indexes { get; } = new(StringComparer.Ordinal);

        public decimal Total => Reads + Writes + Indexes.Values.Sum();

        public void AddIndex(string index, decimal units)
        {
            if (units > 0) Indexes[index] = Indexes.GetValueOrDefault(index) + units;
        }
    }
}
