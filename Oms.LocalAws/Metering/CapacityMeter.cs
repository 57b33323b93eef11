using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Oms.LocalAws.Embedded.DynamoDb.Values;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Metering;

/// <summary>
/// Counts the capacity of every call to DynamoDB from the bytes of the items. While it is on, writes go one after
/// another and each is surrounded by reads of its items: that is the price for knowing what was there before.
/// </summary>
public sealed class CapacityMeter : IDisposable
{
    private static readonly string[] Writes = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"];
    private static readonly string[] Reads = ["GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"];

    private readonly Func<AwsCall, ReadOnlyMemory<byte>, CancellationToken, Task<AwsAnswer>> _send;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _oneWrite = new(1, 1);
    private readonly ConcurrentDictionary<string, TableShape> _shapes = new();
    private readonly ConcurrentDictionary<string, byte> _tokens = new();
    private readonly Lock _gate = new();
    private List<MeteredCall> _calls = [];
    private int _number;

    internal CapacityMeter(Func<AwsCall, ReadOnlyMemory<byte>, CancellationToken, Task<AwsAnswer>> send, TimeProvider time)
    {
        _send = send;
        _time = time;
    }

    /// <summary>Off unless asked for: it makes writes slower.</summary>
    public bool On { get; set; }

    public MeterPage Page
    {
        get
        {
            lock (_gate)
            {
                return new(
                    On,
                    _calls.Sum(c => c.WriteUnits),
                    _calls.Sum(c => c.ReadUnits),
                    _calls.GroupBy(c => c.Function).ToDictionary(g => g.Key, g => g.Sum(c => c.WriteUnits)),
                    [.. _calls]);
            }
        }
    }

    public ReadOnlyMemory<byte> PageJson => JsonSerializer.SerializeToUtf8Bytes(Page, MeterJson.Default.MeterPage);

    public void Reset()
    {
        lock (_gate) _calls = [];
    }

    public void Dispose() => _oneWrite.Dispose();

    internal bool Meters(AwsCall call) =>
        On && call.Service == AwsService.DynamoDb && (Writes.Contains(call.Operation) || Reads.Contains(call.Operation));

    internal async Task<AwsAnswer> CallAsync(AwsCall call, CancellationToken cancel)
    {
        // An answer that nobody waits for any more would leave a write uncounted.
        if (Reads.Contains(call.Operation)) return await ReadAsync(call, cancel);
        await _oneWrite.WaitAsync(cancel);
        try
        {
            return await WriteAsync(call);
        }
        finally
        {
            _oneWrite.Release();
        }
    }

    private async Task<AwsAnswer> ReadAsync(AwsCall call, CancellationToken cancel)
    {
        var answer = await _send(call, Asking(call), cancel);
        if (!answer.IsSuccess) return answer;
        using var json = AwsJson.Parse(answer.Body);
        var reported = Reported(json.RootElement);
        var units = ReadUnits.Of(call.Operation, call.Json, json.RootElement) ?? reported ?? 0;
        var misreport = reported < units && MayMiss(call.Operation, json.RootElement) ? Misreports.MissingItem : null;
        Add(call, failed: false, 0, units, reported, misreport, []);
        return Answered(call, answer);
    }

    private static bool MayMiss(string operation, JsonElement answer) => operation switch
    {
        "BatchGetItem" or "TransactGetItems" => true,
        "Query" or "Scan" => answer.TryGetProperty("Items", out var items) && items.GetArrayLength() == 0,
        _ => false,
    };

    private async Task<AwsAnswer> WriteAsync(AwsCall call)
    {
        var intended = await IntentionsAsync(call);
        var before = await ItemsAsync(intended);
        var answer = await _send(call, Asking(call), CancellationToken.None);
        if (!answer.IsSuccess)
        {
            if (ConditionFailed(answer)) Count(call, intended, before, after: null, reported: null);
            return answer;
        }

        var after = await ItemsAsync(intended);
        using var json = AwsJson.Parse(answer.Body);
        Count(call, intended, before, after, Reported(json.RootElement));
        return Answered(call, answer);
    }

    private void Count(AwsCall call, List<Intention> intended, AttributeMap?[] before, AttributeMap?[]? after, decimal? reported)
    {
        var transaction = call.Operation == "TransactWriteItems";
        if (transaction && after is not null && call.Json.TryGetProperty("ClientRequestToken", out var token) && !_tokens.TryAdd(token.GetString()!, 0))
        {
            var reread = after.Sum(item => Math.Max(1, ((item?.Size ?? 0) + 4095) / 4096)) * 2;
            Add(call, failed: false, 0, reread, reported, Misreports.RepeatedToken, []);
            return;
        }

        var writes = intended.Select((write, i) => Counted(write, before[i], after is null ? write.Put : after[i], failed: after is null, transaction ? 2 : 1)).ToArray();
        var misreport = after is null ? Misreports.FailedCondition
            : intended.Any(i => i.Action == "ConditionCheck") ? Misreports.ConditionCheck
            : transaction && reported == writes.Sum(w => w.Units - w.IndexUnits.Values.Sum()) && writes.Any(w => w.IndexUnits.Count > 0) ? Misreports.IndexInTransaction
            : null;
        Add(call, after is null, writes.Sum(w => w.Units), 0, reported, misreport, writes);
    }

    /// <summary>What failed changed no index; it is billed by the item that is there or the one that it would have put.</summary>
    private static MeteredWrite Counted(Intention write, AttributeMap? before, AttributeMap? after, bool failed, int factor)
    {
        var indexes = failed ? [] : write.Table.Indexes
            .Select(index => (index.Name, Units: WriteUnits.Index(index, before, after) * factor))
            .Where(index => index.Units > 0)
            .ToDictionary(index => index.Name, index => index.Units);
        return new(write.Action, write.Table.Name, write.KeyText, (WriteUnits.Table(before, after) * factor) + indexes.Values.Sum(), indexes);
    }

    private void Add(AwsCall call, bool failed, decimal writeUnits, decimal readUnits, decimal? reported, string? misreport, IReadOnlyList<MeteredWrite> writes)
    {
        lock (_gate)
            _calls.Add(new(++_number, _time.GetUtcNow(), call.Caller, call.Operation, failed, writeUnits, readUnits, reported, misreport, writes));
    }

    private async Task<List<Intention>> IntentionsAsync(AwsCall call)
    {
        var body = call.Json;
        List<Intention> intended = [];
        switch (call.Operation)
        {
            case "TransactWriteItems":
                foreach (var item in body.GetProperty("TransactItems").EnumerateArray())
                    foreach (var action in item.EnumerateObject())
                        intended.Add(await IntentionAsync(action.Name, TableOf(action.Value), action.Value));
                break;
            case "BatchWriteItem":
                foreach (var table in body.GetProperty("RequestItems").EnumerateObject())
                    foreach (var request in table.Value.EnumerateArray())
                        foreach (var action in request.EnumerateObject())
                            intended.Add(await IntentionAsync(action.Name.Replace("Request", "", StringComparison.Ordinal), table.Name, action.Value));
                break;
            default:
                intended.Add(await IntentionAsync(call.Operation.Replace("Item", "", StringComparison.Ordinal), TableOf(body), body));
                break;
        }

        return intended;
    }

    private async Task<Intention> IntentionAsync(string action, string table, JsonElement request)
    {
        var shape = await ShapeAsync(RequiredAccess.TableName(table));
        JsonElement? item = request.TryGetProperty("Item", out var put) ? put : null;
        var source = item ?? request.GetProperty("Key");
        var key = new JsonObject(shape.Keys.Select(name => KeyValuePair.Create(name, (JsonNode?)JsonNode.Parse(source.GetProperty(name).GetRawText()))));
        return new(action, shape, key, item);
    }

    private static string TableOf(JsonElement request) => request.GetProperty("TableName").GetString()!;

    private async Task<TableShape> ShapeAsync(string table)
    {
        if (_shapes.TryGetValue(table, out var known)) return known;
        using var answer = await AskAsync("DescribeTable", new JsonObject { ["TableName"] = table });
        return _shapes[table] = TableShape.Of(answer.RootElement.GetProperty("Table"));
    }

    private async Task<AttributeMap?[]> ItemsAsync(List<Intention> intended)
    {
        var items = new AttributeMap?[intended.Count];
        for (var i = 0; i < items.Length; i++)
        {
            using var answer = await AskAsync("GetItem", new JsonObject
            {
                ["TableName"] = intended[i].Table.Name,
                ["Key"] = intended[i].Key.DeepClone(),
                ["ConsistentRead"] = true,
            });
            items[i] = answer.RootElement.TryGetProperty("Item", out var item) ? AttributeReader.Item(item) : null;
        }

        return items;
    }

    private async Task<JsonDocument> AskAsync(string operation, JsonObject body)
    {
        using var call = new AwsCall(AccessPolicy.Administrator, AwsService.DynamoDb, operation, Encoding.UTF8.GetBytes(body.ToJsonString()));
        var answer = await _send(call, call.Body, CancellationToken.None);
        return answer.IsSuccess ? AwsJson.Parse(answer.Body) : throw new HttpRequestException($"the meter could not {operation}: {Encoding.UTF8.GetString(answer.Body.Span)}");
    }

    private static ReadOnlyMemory<byte> Asking(AwsCall call)
    {
        var body = AwsJson.Object(call.Body.Span);
        body["ReturnConsumedCapacity"] = "INDEXES";
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    /// <summary>The caller sees the capacity only as far as it asked for it; the checksum of the changed body goes with it.</summary>
    private static AwsAnswer Answered(AwsCall call, AwsAnswer answer)
    {
        var asked = call.Json.TryGetProperty("ReturnConsumedCapacity", out var wanted) ? wanted.GetString() : "NONE";
        if (asked == "INDEXES") return answer;
        var body = AwsJson.Object(answer.Body.Span);
        if (asked == "TOTAL")
            foreach (var capacity in Capacities(body["ConsumedCapacity"]))
                foreach (var detail in (string[])["Table", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"]) capacity.Remove(detail);
        else
            body.Remove("ConsumedCapacity");
        return answer with
        {
            Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
            Headers = [.. answer.Headers.Where(h => !h.Key.Equals("x-amz-crc32", StringComparison.OrdinalIgnoreCase))],
        };
    }

    private static IEnumerable<JsonObject> Capacities(JsonNode? consumed) => consumed switch
    {
        JsonArray many => many.OfType<JsonObject>(),
        JsonObject one => [one],
        _ => [],
    };

    private static decimal? Reported(JsonElement answer)
    {
        if (!answer.TryGetProperty("ConsumedCapacity", out var consumed)) return null;
        return consumed.ValueKind == JsonValueKind.Array
            ? consumed.EnumerateArray().Sum(table => table.GetProperty("CapacityUnits").GetDecimal())
            : consumed.GetProperty("CapacityUnits").GetDecimal();
    }

    private static bool ConditionFailed(AwsAnswer answer)
    {
        var text = Encoding.UTF8.GetString(answer.Body.Span);
        return text.Contains("#ConditionalCheckFailedException\"", StringComparison.Ordinal)
            || text.Contains("#TransactionCanceledException\"", StringComparison.Ordinal);
    }

    private sealed record Intention(string Action, TableShape Table, JsonObject Key, JsonElement? Item)
    {
        public AttributeMap? Put => Item is { } item ? AttributeReader.Item(item) : null;

        public string KeyText => string.Join(" / ", Key.Select(part => part.Value!.AsObject().Single().Value!.ToString()));
    }
}
