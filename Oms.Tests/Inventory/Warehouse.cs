using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Oms.Contracts;
using Oms.Inventory;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Http;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Store;
using Oms.Tests.LocalAws;
using Oms.Tests.Support;

namespace Oms.Tests.Inventory;

/// <summary>The true handlers on a table of their own, and a checker that reads its raw items.</summary>
internal sealed class Warehouse
{
    private static int s_workers;

    private readonly TestTable _table;
    private readonly IAmazonDynamoDB _raw;

    private Warehouse(TestTable table)
    {
        _table = table;
        _raw = table.Connect();
        Hands = Worker(_raw);
    }

    public ShiftedClock Clock { get; } = new();

    public RecordingTopic Topic { get; } = new();

    /// <summary>One function process.</summary>
    public Function Hands { get; }

    public static async Task<Warehouse> OpenAsync(SharedBackends backends, params IEnumerable<(string Sku, decimal OnHand)> stock) =>
        await OpenAsync(await backends.DynamoDbAsync(), stock);

    public static async Task<Warehouse> OpenAsync(Uri dynamoDb, IEnumerable<(string Sku, decimal OnHand)> stock)
    {
        var warehouse = new Warehouse(await TestTable.CreateAsync(dynamoDb, "inventory"));
        await warehouse.StockAsync(stock);
        return warehouse;
    }

    public async Task StockAsync(IEnumerable<(string Sku, decimal OnHand)> stock)
    {
        foreach (var rows in stock.Chunk(25))
        {
            await _raw.BatchWriteItemAsync(new BatchWriteItemRequest(new Dictionary<string, List<WriteRequest>>
            {
                [_table.Name] = [.. rows.Select(static row => new WriteRequest(new PutRequest(Row(row.Sku, row.OnHand))))],
            }));
        }

        static Dictionary<string, AttributeValue> Row(string sku, decimal onHand)
        {
            var item = DynamoTable.Key($"stock/{Given.Tenant}/{sku}", "default");
            item["ops"] = new AttributeValue { L = [], IsLSet = true };
            item["onHand"] = item["available"] = new AttributeValue { N = onHand.ToString(CultureInfo.InvariantCulture) };
            item["reserved"] = item["v"] = new AttributeValue { N = "0" };
            return item;
        }
    }

    /// <summary>Another process on the same table.</summary>
    public Function Another(DelegatingHandler? handler = null) => Worker(_table.Connect(handler));

    public Task<IReadOnlyList<string>> DeliverAsync(params IReadOnlyList<OrderEvent> events) => Hands.DeliverAsync(events);

    public Task<ApiResponse> PutAsync(string sku, string body, string source = "default", string tenant = Given.Tenant, string? key = null, string contentType = "application/json") =>
        SetStock.HandleAsync(Request("PUT", new() { ["sku"] = sku, ["source"] = source }, body, tenant, key, contentType), Hands.Store);

    public Task<ApiResponse> GetAsync(string sku, string tenant = Given.Tenant) =>
        GetStock.HandleAsync(Request("GET", new() { ["sku"] = sku }, null, tenant, null, null), Hands.Store);

    public async Task<Reservation> ReservationAsync(string orderId = "ord_1") =>
        (await Hands.Store.LoadAsync([orderId], CancellationToken.None)).GetValueOrDefault(orderId) ?? throw new InvalidOperationException("There is no reservation");

    /// <summary>The event that the relay would make of the head as it is.</summary>
    public async Task<StockEvent?> EventAsync(string orderId = "ord_1") =>
        InventoryStore.EventOf((await _raw.GetItemAsync(_table.Name, DynamoTable.Key(orderId, "head"))).Item);

    public async Task<(decimal OnHand, decimal Reserved, decimal Available)> RowAsync(string sku, string source = "default")
    {
        var item = (await _raw.GetItemAsync(_table.Name, DynamoTable.Key($"stock/{Given.Tenant}/{sku}", source))).Item;
        return (Number(item["onHand"]), Number(item["reserved"]), Number(item["available"]));
    }

    public async Task<Dictionary<string, AttributeValue>> RawHeadAsync(string orderId = "ord_1") => (await _raw.GetItemAsync(_table.Name, DynamoTable.Key(orderId, "head"))).Item;

    public async Task<IReadOnlyList<string>> DueAsync()
    {
        var found = new List<string>();
        for (var shard = 0; shard < DueIndex.Shards; shard++)
        {
            var page = await _raw.QueryAsync(new QueryRequest
            {
                TableName = _table.Name,
                IndexName = "due",
                KeyConditionExpression = "dueShard = :s AND dueAt <= :n",
                ExpressionAttributeValues = new() { [":s"] = new() { S = shard.ToString("D2", CultureInfo.InvariantCulture) }, [":n"] = new() { N = Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) } },
            });
            found.AddRange((page.Items ?? []).Select(static item => item["pk"].S));
        }

        return found;
    }

    /// <summary>
    /// Reads every raw item: in each row available = on hand - reserved and 0 ≤ reserved ≤ on hand; what is reserved is exactly what live reservations hold;
    /// a reservation that is not live holds nothing. At rest, none is half done.
    /// </summary>
    public async Task CheckAsync(bool atRest = true)
    {
        var items = await ScanAsync();
        var held = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var head in items.Where(static item => item["sk"].S == "head"))
        {
            var state = head.GetValueOrDefault("s")?.S;
            var taken = int.Parse(head["f"].N, CultureInfo.InvariantCulture);
            if (atRest)
            {
                Assert.False(head.ContainsKey("a"), $"{head["pk"].S} is half done");
                Assert.Equal(state is "Held" or "Committed", taken > 0 || (state is "Held" or "Committed" && !head.ContainsKey("l") && !head.ContainsKey("p")));
            }

            var lines = head.TryGetValue("p", out var name)
                ? items.Where(item => item["pk"].S == head["pk"].S && item["sk"].S.StartsWith($"part/{name.S}/", StringComparison.Ordinal)).OrderBy(static item => item["sk"].S, StringComparer.Ordinal).SelectMany(static item => item["l"].L)
                : head.GetValueOrDefault("l")?.L ?? [];
            foreach (var line in lines.Take(taken * 99).Select(static line => line.S.Split(' ', 2)))
            {
                var row = $"stock/{head["t"].S}/{line[1]}";
                held[row] = held.GetValueOrDefault(row) + decimal.Parse(line[0], CultureInfo.InvariantCulture);
            }
        }

        foreach (var row in items.Where(static item => item["pk"].S.StartsWith("stock/", StringComparison.Ordinal)))
        {
            var (onHand, reserved, available) = (Number(row["onHand"]), Number(row["reserved"]), Number(row["available"]));
            Assert.InRange(reserved, 0, onHand);
            Assert.Equal(onHand - reserved, available);
            Assert.Equal(row["sk"].S == "default" && held.Remove(row["pk"].S, out var sum) ? sum : 0, reserved);
        }

        Assert.Empty(held);
    }

    private async Task<List<Dictionary<string, AttributeValue>>> ScanAsync()
    {
        var items = new List<Dictionary<string, AttributeValue>>();
        var request = new ScanRequest { TableName = _table.Name, ConsistentRead = true };
        do
        {
            var page = await _raw.ScanAsync(request);
            items.AddRange(page.Items);
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });

        return items;
    }

    private Function Worker(IAmazonDynamoDB client)
    {
        var random = new Random(Interlocked.Increment(ref s_workers));
        var retry = new RetryPolicy(Clock, random);
        var store = new InventoryStore(new DynamoTable(client, _table.Name, retry, Clock), random);
        return new Function(store, new StockLedger(store, Clock, NullLogger.Instance), Topic.Publisher(retry), Clock);
    }

    private static ApiRequest Request(string method, Dictionary<string, string> path, string? body, string tenant, string? key, string? contentType)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (contentType is not null)
        {
            headers["content-type"] = contentType;
        }

        if (key is not null)
        {
            headers["idempotency-key"] = key;
        }

        return new ApiRequest(method, "/v1/stock", "/v1/stock", path, new Dictionary<string, string>(), headers, body is null ? default : System.Text.Encoding.UTF8.GetBytes(body), new Caller(tenant, []), TestContext.Current.CancellationToken);
    }

    private static decimal Number(AttributeValue value) => decimal.Parse(value.N, CultureInfo.InvariantCulture);

    internal sealed record Function(InventoryStore Store, StockLedger Ledger, EventPublisher Publisher, TimeProvider Clock)
    {
        /// <summary>One batch of the queue; the message ids are the positions.</summary>
        public Task<IReadOnlyList<string>> DeliverAsync(IReadOnlyList<OrderEvent> events, CancellationToken cancellation = default) => ReserveStock.HandleAsync(
            [.. events.Select(static (body, index) => new InboxMessage<OrderEvent>(index.ToString(CultureInfo.InvariantCulture), body, 1))], Ledger, Publisher, Clock, NullLogger.Instance, cancellation);

        public Task LookAsync(string orderId) =>
            ReservationDue.HandleAsync(new DueMessage(EventTypes.StockDue, orderId), Ledger, Publisher, Clock, TestContext.Current.CancellationToken);
    }

    /// <summary>The system's clock, put forward by hand; its timers run in real time.</summary>
    internal sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
