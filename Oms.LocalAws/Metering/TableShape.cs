using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Metering;

/// <summary>The keys of a table and what its global secondary indexes keep of an item.</summary>
internal sealed record TableShape(string Name, IReadOnlyList<string> Keys, IReadOnlyList<IndexShape> Indexes)
{
    public static TableShape Of(JsonElement description)
    {
        var keys = Attributes(description.GetProperty("KeySchema"));
        return new(
            description.GetProperty("TableName").GetString()!,
            keys,
            description.TryGetProperty("GlobalSecondaryIndexes", out var indexes) ? [.. indexes.EnumerateArray().Select(index => IndexShape.Of(index, keys))] : []);
    }

    internal static string[] Attributes(JsonElement schema) =>
        [.. schema.EnumerateArray().Select(key => key.GetProperty("AttributeName").GetString()!)];
}

internal sealed record IndexShape(string Name, IReadOnlyList<string> Keys, Func<string, bool> Projects)
{
    public static IndexShape Of(JsonElement index, IReadOnlyList<string> tableKeys)
    {
        var keys = TableShape.Attributes(index.GetProperty("KeySchema"));
        var projection = index.GetProperty("Projection");
        var all = projection.GetProperty("ProjectionType").GetString() == "ALL";
        var named = projection.TryGetProperty("NonKeyAttributes", out var others) && others.ValueKind == JsonValueKind.Array
            ? others.EnumerateArray().Select(o => o.GetString()!).ToHashSet()
            : [];
        return new(index.GetProperty("IndexName").GetString()!, keys, name => all || keys.Contains(name) || tableKeys.Contains(name) || named.Contains(name));
    }

    /// <summary>An item that lacks a key of the index has no entry in it.</summary>
    public bool Holds([NotNullWhen(true)] AttributeMap? item) => item is not null && Keys.All(item.Has);
}
