using System.Text.Json.Nodes;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Topology;

/// <summary>Tables as the template says; one that exists differently stops the start, because DynamoDB cannot change its keys.</summary>
internal static class TableCreation
{
    /// <returns>True where it was not there.</returns>
    public static async Task<bool> EnsureAsync(BackendCalls calls, LocalTable table, CancellationToken cancel)
    {
        var isNew = true;
        try
        {
            await calls.DynamoDbAsync("CreateTable", Definition(table), cancel);
        }
        catch (BackendCallException e) when (e.Code == "ResourceInUseException")
        {
            await RequireSameAsync(calls, table, cancel);
            isNew = false;
        }

        if (table.TimeToLiveAttribute is { } attribute)
            await EnsureTimeToLiveAsync(calls, table, attribute, cancel);
        return isNew;
    }

    private static JsonObject Definition(LocalTable table)
    {
        var keys = table.Indexes.SelectMany(i => Keys(i.PartitionKey, i.SortKey)).Concat(Keys(table.PartitionKey, table.SortKey));
        var definition = new JsonObject
        {
            ["TableName"] = table.Name,
            ["BillingMode"] = "PAY_PER_REQUEST",
            ["AttributeDefinitions"] = new JsonArray([.. keys.DistinctBy(k => k.Name)
                .Select(k => new JsonObject { ["AttributeName"] = k.Name, ["AttributeType"] = k.Type })]),
            ["KeySchema"] = Schema(table.PartitionKey, table.SortKey),
        };
        if (table.Indexes.Count > 0)
            definition["GlobalSecondaryIndexes"] = new JsonArray([.. table.Indexes.Select(Index)]);
        if (table.StreamViewType is { } view)
            definition["StreamSpecification"] = new JsonObject { ["StreamEnabled"] = true, ["StreamViewType"] = view };
        return definition;
    }

    private static JsonObject Index(LocalIndex index)
    {
        var projection = new JsonObject { ["ProjectionType"] = index.Projection };
        if (index.NonKeyAttributes.Count > 0)
            projection["NonKeyAttributes"] = new JsonArray([.. index.NonKeyAttributes.Select(a => JsonValue.Create(a))]);
        return new JsonObject
        {
            ["IndexName"] = index.Name,
            ["KeySchema"] = Schema(index.PartitionKey, index.SortKey),
            ["Projection"] = projection,
        };
    }

    private static IEnumerable<KeyAttribute> Keys(KeyAttribute partition, KeyAttribute? sort) => sort is null ? [partition] : [partition, sort];

    private static JsonArray Schema(KeyAttribute partition, KeyAttribute? sort)
    {
        var schema = new JsonArray(new JsonObject { ["AttributeName"] = partition.Name, ["KeyType"] = "HASH" });
        if (sort is not null)
            schema.Add(new JsonObject { ["AttributeName"] = sort.Name, ["KeyType"] = "RANGE" });
        return schema;
    }

    private static async Task RequireSameAsync(BackendCalls calls, LocalTable table, CancellationToken cancel)
    {
        var description = await calls.DynamoDbAsync("DescribeTable", new JsonObject { ["TableName"] = table.Name }, cancel);
        var found = Shape(description["Table"]!.AsObject());
        var wanted = Shape(Definition(table));
        if (found != wanted)
            throw new TemplateException($"table {table.Name} exists as {found}, but the template says {wanted}: delete the local data to start anew");
    }

    /// <summary>Keys, indexes and stream in one line that is the same for a request and for a description.</summary>
    private static string Shape(JsonObject table)
    {
        var types = table["AttributeDefinitions"]!.AsArray()
            .ToDictionary(a => a!["AttributeName"]!.GetValue<string>(), a => a!["AttributeType"]!.GetValue<string>(), StringComparer.Ordinal);
        string Keys(JsonNode of) => string.Join(
            '+', of["KeySchema"]!.AsArray().Select(k => k!["AttributeName"]!.GetValue<string>() is var name ? $"{name}:{types[name]}" : ""));
        var indexes = (table["GlobalSecondaryIndexes"]?.AsArray() ?? [])
            .Select(i => $"{i!["IndexName"]}({Keys(i)} {i["Projection"]!["ProjectionType"]} " +
                string.Join(',', (i["Projection"]!["NonKeyAttributes"]?.AsArray() ?? []).Select(a => a!.GetValue<string>()).Order(StringComparer.Ordinal)) + ")")
            .Order(StringComparer.Ordinal);
        return $"{Keys(table)} {string.Join(' ', indexes)} stream:{table["StreamSpecification"]?["StreamViewType"] ?? "none"}";
    }

    private static async Task EnsureTimeToLiveAsync(BackendCalls calls, LocalTable table, string attribute, CancellationToken cancel)
    {
        var name = new JsonObject { ["TableName"] = table.Name };
        var now = await calls.DynamoDbAsync("DescribeTimeToLive", name, cancel);
        if (now["TimeToLiveDescription"]?["AttributeName"]?.GetValue<string>() == attribute)
            return;
        await calls.DynamoDbAsync(
            "UpdateTimeToLive",
            new JsonObject
            {
                ["TableName"] = table.Name,
                ["TimeToLiveSpecification"] = new JsonObject { ["Enabled"] = true, ["AttributeName"] = attribute },
            },
            cancel);
    }
}
