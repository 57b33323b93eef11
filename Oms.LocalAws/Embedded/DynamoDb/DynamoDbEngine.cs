using System.Buffers;
using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Operations;
using Oms.LocalAws.Embedded.DynamoDb.Streams;
using Oms.LocalAws.Embedded.DynamoDb.Values;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.DynamoDb;

/// <summary>
/// DynamoDB and its streams in memory, at the wire protocol (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/).
/// Operations and parameters that nobody here needs are refused by name.
/// </summary>
/// <remarks>
/// Thread-safe: calls go one after another. Deterministic: the state is a function of the calls so far that were
/// answered with success, each with its time on the clock, and of the choices; reads and refused calls leave no trace
/// in it, except in limits that the choices set. Who records those calls with their times and makes them again gets
/// the same tables, streams and sequence numbers. No ids, no randomness and no clock but the given one.
/// </remarks>
public sealed class DynamoDbEngine
{
    private delegate OperationResult Operation(JsonElement body, Utf8JsonWriter json);

    private static readonly string[] Reads =
    [
        "GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan", "ListTables", "DescribeTable", "DescribeTimeToLive",
        "DescribeContinuousBackups", "DescribeLimits", "ListTagsOfResource",
    ];

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Database _database;
    private readonly RequestTokens _tokens;
    private readonly Dictionary<(AwsService Service, string Name), Operation> _operations;
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);

    public DynamoDbEngine(TimeProvider time, DynamoDbChoices? choices = null)
    {
        _time = time;
        _database = new Database(choices, change => Committed?.Invoke(change), () => Committed is not null);
        var throttle = new Throttle(_database);
        var tables = new TableOperations(_database);
        var writes = new WriteOperations(_database, throttle);
        var reads = new ReadOperations(_database, throttle);
        var queries = new QueryOperations(_database, throttle);
        var transactions = new TransactionOperations(_database, throttle);
        _tokens = transactions.Tokens;
        var streams = new StreamOperations(_database);
        _operations = new()
        {
            [(AwsService.DynamoDb, "CreateTable")] = tables.CreateTable,
            [(AwsService.DynamoDb, "DeleteTable")] = tables.DeleteTable,
            [(AwsService.DynamoDb, "DescribeTable")] = tables.DescribeTable,
            [(AwsService.DynamoDb, "ListTables")] = tables.ListTables,
            [(AwsService.DynamoDb, "DescribeTimeToLive")] = tables.DescribeTimeToLive,
            [(AwsService.DynamoDb, "UpdateTimeToLive")] = tables.UpdateTimeToLive,
            [(AwsService.DynamoDb, "DescribeContinuousBackups")] = tables.DescribeContinuousBackups,
            [(AwsService.DynamoDb, "DescribeLimits")] = TableOperations.DescribeLimits,
            [(AwsService.DynamoDb, "ListTagsOfResource")] = tables.ListTagsOfResource,
            [(AwsService.DynamoDb, "PutItem")] = writes.PutItem,
            [(AwsService.DynamoDb, "UpdateItem")] = writes.UpdateItem,
            [(AwsService.DynamoDb, "DeleteItem")] = writes.DeleteItem,
            [(AwsService.DynamoDb, "BatchWriteItem")] = writes.BatchWriteItem,
            [(AwsService.DynamoDb, "GetItem")] = reads.GetItem,
            [(AwsService.DynamoDb, "BatchGetItem")] = reads.BatchGetItem,
            [(AwsService.DynamoDb, "Query")] = queries.Query,
            [(AwsService.DynamoDb, "Scan")] = queries.Scan,
            [(AwsService.DynamoDb, "TransactWriteItems")] = transactions.TransactWriteItems,
            [(AwsService.DynamoDb, "TransactGetItems")] = transactions.TransactGetItems,
            [(AwsService.DynamoDbStreams, "ListStreams")] = streams.ListStreams,
            [(AwsService.DynamoDbStreams, "DescribeStream")] = streams.DescribeStream,
            [(AwsService.DynamoDbStreams, "GetShardIterator")] = streams.GetShardIterator,
            [(AwsService.DynamoDbStreams, "GetRecords")] = streams.GetRecords,
        };
    }

    /// <summary>
    /// Raised inside the commit for every item that a write really changed, in the order of their sequence numbers and
    /// after all changes of the write are made; a handler may read the engine, but not write to it.
    /// </summary>
#pragma warning disable CA1003, MA0046 // a change is all that there is to say; who sends it is known
    public event Action<ItemChange>? Committed;
#pragma warning restore CA1003, MA0046

    /// <summary>The names of all tables, in order.</summary>
    public IReadOnlyList<string> Tables
    {
        get
        {
            lock (_gate) return [.. _database.Tables.Select(static table => table.Name)];
        }
    }

    /// <summary>When something happens by itself: an index catches up, an item's time to live is over.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate) return _database.NextDue;
        }
    }

    /// <summary>Whether a call that succeeds may leave a trace: all do, except those that are known to read only.</summary>
    internal static bool MayChange(AwsCall call) => call.Service == AwsService.DynamoDb && !Reads.Contains(call.Operation);

    /// <summary>Lets what is due by now happen; every call begins with it.</summary>
    public void Advance()
    {
        lock (_gate) _database.AdvanceTo(_time.GetUtcNow());
    }

    /// <summary>Answers a call to DynamoDB or DynamoDB Streams; refusals are answers, too.</summary>
    public AwsAnswer Call(AwsCall call)
    {
        lock (_gate)
        {
            _database.AdvanceTo(_time.GetUtcNow());
            try
            {
                if (!_operations.TryGetValue((call.Service, call.Operation), out var operation)) throw DynamoDbException.UnknownOperation(call.Operation);
                return Answer(operation, call.Json);
            }
            catch (JsonException broken)
            {
                return Refusal(DynamoDbException.Serialization(broken.Message));
            }
            catch (DynamoDbException refused)
            {
                return Refusal(refused);
            }
        }
    }

    /// <summary>All items of a table in DynamoDB JSON, in the order of their keys; none where there is no such table.</summary>
    public IReadOnlyList<JsonElement> Items(string table)
    {
        lock (_gate)
            return _database.Find(table) is { } found ? [.. found.Entries.From(null, backward: false).Where(static entry => entry.Item is not null).Select(static entry => AttributeWriter.Element(entry.Item!))] : [];
    }

    /// <summary>What GetRecords would give of a table's stream after a sequence number (null: from its start).</summary>
    public IReadOnlyList<EmbeddedStreamRecord> StreamRecords(string table, string? afterSequenceNumber, int limit)
    {
        lock (_gate)
        {
            if (_database.Find(table)?.Stream is not { } stream) return [];
            var after = afterSequenceNumber is null ? stream.TrimmedTo : long.Parse(afterSequenceNumber, System.Globalization.CultureInfo.InvariantCulture);
            return [.. stream.After(after, limit).Select(entry => new EmbeddedStreamRecord(StreamEntry.Text(entry.Sequence), Record(entry, stream.ViewType)))];
        }
    }

    internal DynamoDbSnapshot Save()
    {
        lock (_gate) return DynamoDbSnapshot.Of(_database, _tokens);
    }

    /// <summary>Into an engine that has no state yet, at the time on the clock.</summary>
    internal void Restore(DynamoDbSnapshot saved)
    {
        lock (_gate)
        {
            _database.AdvanceTo(_time.GetUtcNow());
            saved.Restore(_database, _tokens);
        }
    }

    private static JsonElement Record(StreamEntry entry, string viewType)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, AttributeWriter.Options)) entry.Write(json, viewType);
        using var document = AwsJson.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private AwsAnswer Answer(Operation operation, JsonElement body)
    {
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer, AttributeWriter.Options);
        json.WriteStartObject();
        var result = operation(body, json);
        json.WriteEndObject();
        json.Flush();
        return new(result == OperationResult.Done ? 200 : 400, "application/x-amz-json-1.0", _buffer.WrittenSpan.ToArray());
    }

    private AwsAnswer Refusal(DynamoDbException refused)
    {
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer, AttributeWriter.Options);
        json.WriteStartObject();
        json.WriteString("__type", refused.Type);
        json.WriteString("message", refused.Message);
        json.WriteEndObject();
        json.Flush();
        return new(400, "application/x-amz-json-1.0", _buffer.WrittenSpan.ToArray());
    }
}
