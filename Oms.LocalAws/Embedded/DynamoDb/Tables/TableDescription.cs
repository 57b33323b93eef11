using System.Text.Json;

namespace Oms.LocalAws.Embedded.DynamoDb.Tables;

/// <summary>Writes what DescribeTable says; unlike AWS, which counts every six hours, counts and sizes are those of the moment.</summary>
internal static class TableDescription
{
    public static void Write(Utf8JsonWriter json, string property, Table table)
    {
        var definition = table.Definition;
        json.WriteStartObject(property);
        WriteAttributes(json, definition);
        json.WriteString("TableName", definition.Name);
        WriteKey(json, definition.Key);
        json.WriteString("TableStatus", "ACTIVE");
        json.WriteNumber("CreationDateTime", Seconds(definition.Created));
        WriteThroughput(json, definition);
        json.WriteNumber("TableSizeBytes", table.Bytes);
        json.WriteNumber("ItemCount", table.Count);
        json.WriteString("TableArn", definition.Arn);
        if (definition.Throughput is null)
        {
            json.WriteStartObject("BillingModeSummary");
            json.WriteString("BillingMode", "PAY_PER_REQUEST");
            json.WriteNumber("LastUpdateToPayPerRequestDateTime", Seconds(definition.Created));
            json.WriteEndObject();
        }

        if (table.Indexes.Count > 0)
        {
            json.WriteStartArray("GlobalSecondaryIndexes");
            foreach (var index in table.Indexes) WriteIndex(json, definition, index);
            json.WriteEndArray();
        }

        if (table.Stream is { } stream)
        {
            json.WriteStartObject("StreamSpecification");
            json.WriteBoolean("StreamEnabled", true);
            json.WriteString("StreamViewType", stream.ViewType);
            json.WriteEndObject();
            json.WriteString("LatestStreamLabel", stream.Label);
            json.WriteString("LatestStreamArn", stream.Arn);
        }

        json.WriteBoolean("DeletionProtectionEnabled", definition.DeletionProtected);
        json.WriteEndObject();
    }

    /// <summary>The CreateTable that would make such a table.</summary>
    public static JsonElement Definition(TableDefinition definition)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("TableName", definition.Name);
            WriteAttributes(json, definition);
            WriteKey(json, definition.Key);
            json.WriteString("BillingMode", definition.Throughput is null ? "PAY_PER_REQUEST" : "PROVISIONED");
            if (definition.Throughput is { } throughput)
            {
                json.WriteStartObject("ProvisionedThroughput");
                WriteUnits(json, throughput.Read, throughput.Write);
                json.WriteEndObject();
            }

            if (definition.Indexes.Count > 0)
            {
                json.WriteStartArray("GlobalSecondaryIndexes");
                foreach (var index in definition.Indexes)
                {
                    json.WriteStartObject();
                    WriteIndex(json, index);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            if (definition.StreamView is { } view)
            {
                json.WriteStartObject("StreamSpecification");
                json.WriteBoolean("StreamEnabled", true);
                json.WriteString("StreamViewType", view);
                json.WriteEndObject();
            }

            json.WriteBoolean("DeletionProtectionEnabled", definition.DeletionProtected);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    public static IReadOnlyList<KeyAttribute> Key(KeySchema key) => [.. key.Attributes];

    public static void WriteKey(Utf8JsonWriter json, KeySchema key)
    {
        json.WriteStartArray("KeySchema");
        foreach (var attribute in key.Attributes)
        {
            json.WriteStartObject();
            json.WriteString("AttributeName", attribute.Name);
            json.WriteString("KeyType", attribute == key.Partition ? "HASH" : "RANGE");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private static void WriteIndex(Utf8JsonWriter json, TableDefinition table, SecondaryIndex index)
    {
        var definition = index.Definition;
        json.WriteStartObject();
        WriteIndex(json, definition);
        json.WriteString("IndexStatus", "ACTIVE");
        WriteThroughput(json, table);
        json.WriteNumber("IndexSizeBytes", index.Bytes);
        json.WriteNumber("ItemCount", index.Entries.Count);
        json.WriteString("IndexArn", $"{table.Arn}/index/{definition.Name}");
        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, TableDefinition definition)
    {
        json.WriteStartArray("AttributeDefinitions");
        foreach (var attribute in definition.Attributes)
        {
            json.WriteStartObject();
            json.WriteString("AttributeName", attribute.Name);
            json.WriteString("AttributeType", attribute.Type.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIndex(Utf8JsonWriter json, IndexDefinition definition)
    {
        json.WriteString("IndexName", definition.Name);
        WriteKey(json, definition.Key);
        json.WriteStartObject("Projection");
        json.WriteString("ProjectionType", definition.Projection);
        if (definition.NonKeyAttributes.Count > 0)
        {
            json.WriteStartArray("NonKeyAttributes");
            foreach (var attribute in definition.NonKeyAttributes) json.WriteStringValue(attribute);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteThroughput(Utf8JsonWriter json, TableDefinition table)
    {
        json.WriteStartObject("ProvisionedThroughput");
        json.WriteNumber("NumberOfDecreasesToday", 0);
        WriteUnits(json, table.Throughput?.Read ?? 0, table.Throughput?.Write ?? 0);
        json.WriteEndObject();
    }

    private static void WriteUnits(Utf8JsonWriter json, int read, int write)
    {
        json.WriteNumber("ReadCapacityUnits", read);
        json.WriteNumber("WriteCapacityUnits", write);
    }
}
