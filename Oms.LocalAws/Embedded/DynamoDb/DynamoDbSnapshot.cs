using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Operations;
using Oms.LocalAws.Embedded.DynamoDb.Streams;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb;

/// <summary>All state of the engine, for a file: tables with their items, streams with their changes and places, tokens of transactions.</summary>
internal sealed record DynamoDbSnapshot(long Sequence, IReadOnlyList<TableSnapshot> Tables, IReadOnlyList<StreamSnapshot> Streams, IReadOnlyList<TokenSnapshot> Tokens)
{
    public static DynamoDbSnapshot Of(Database database, RequestTokens tokens) => new(
        database.Sequence,
        [.. database.Tables.Select(static table => new TableSnapshot(
            TableDescription.Definition(table.Definition),
            table.Definition.Created,
            table.TimeToLiveAttribute,
            [.. table.Entries.From(null, backward: false).Where(static entry => entry.Item is not null).Select(static entry => AttributeWriter.Element(entry.Item!))]))],
        [.. database.Streams.Select(static stream => new StreamSnapshot(
            stream.Arn,
            stream.Table,
            stream.ViewType,
            stream.Created,
            stream.TrimmedTo,
            TableDescription.Key(stream.Key),
            [.. stream.After(stream.TrimmedTo, int.MaxValue).Select(static entry => new ChangeSnapshot(
                entry.Sequence, entry.At, AttributeWriter.Element(entry.Keys), Element(entry.Before), Element(entry.After), entry.ByTimeToLive))]))],
        tokens.Save());

    /// <summary>Into a database that is empty, at its time.</summary>
    public void Restore(Database database, RequestTokens tokens)
    {
        var streams = Streams.Select(static saved => saved.Restore()).ToList();
        foreach (var saved in Tables)
        {
            var definition = TableDefinitionReader.Read(saved.Definition, saved.Created);
            var table = new Table(definition, streams.FindLast(stream => stream.Table == definition.Name && definition.StreamView is not null), keepsPrevious: database.Choices is not null)
            {
                TimeToLiveAttribute = saved.TimeToLiveAttribute,
            };
            foreach (var item in saved.Items.Select(AttributeReader.Item))
            {
                var key = definition.Key.Of(item)!.Value;
                table.Put(key, item);
                foreach (var index in table.Indexes) index.Apply(key, item);
            }

            database.Restore(table);
        }

        database.Restore(Sequence, streams);
        tokens.Restore(Tokens);
    }

    private static JsonElement? Element(AttributeMap? item) => item is null ? null : AttributeWriter.Element(item);
}

/// <param name="Definition">What CreateTable would say.</param>
internal sealed record TableSnapshot(JsonElement Definition, DateTimeOffset Created, string? TimeToLiveAttribute, IReadOnlyList<JsonElement> Items);

/// <param name="Key">The key's attributes and their types, the partition's first: the table may be gone.</param>
internal sealed record StreamSnapshot(
    string Arn, string Table, string ViewType, DateTimeOffset Created, long TrimmedTo, IReadOnlyList<KeyAttribute> Key, IReadOnlyList<ChangeSnapshot> Changes)
{
    public TableStream Restore()
    {
        var stream = new TableStream(Arn, Table, new KeySchema(Key[0], Key.Count > 1 ? Key[1] : null), ViewType, Created, TrimmedTo);
        foreach (var change in Changes)
            stream.Add(new StreamEntry(change.Sequence, change.At, AttributeReader.Item(change.Keys), Item(change.Before), Item(change.After), change.ByTimeToLive));
        return stream;
    }

    private static AttributeMap? Item(JsonElement? item) => item is { } there ? AttributeReader.Item(there) : null;
}

internal sealed record ChangeSnapshot(long Sequence, DateTimeOffset At, JsonElement Keys, JsonElement? Before, JsonElement? After, bool ByTimeToLive);

internal sealed record TokenSnapshot(string Token, ulong Actions, DateTimeOffset End);
