using System.Diagnostics;
using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Oms.LocalAws.Backends;
using Oms.LocalAws.Metering;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>
/// What an order costs, counted at the proxy from the bytes of its items, and compared with what DynamoDB Local reports: the embedded backend's report would come from the same code.
/// The stack is its own: everything that is written on it belongs to the order.
/// </summary>
[Collection(nameof(WholeSystem))]
public sealed class MeterFlowTests(MeterFlowTests.Stack fixture, ITestOutputHelper output) : IClassFixture<MeterFlowTests.Stack>
{
    private const decimal Most = 20;

    private OmsStack Oms => fixture.Value;

    [Fact]
    public async Task A_Magento_order_of_two_lines_costs_at_most_20_write_units_and_one_write_more_shows()
    {
        var started = Stopwatch.StartNew();
        var plain = await MeasureAsync("meter-a", "000000001", static _ => Task.CompletedTask);
        Print(plain);
        Figures.Record("meter.write_units_per_order", (double)plain.WriteUnits, "<= 20", started.Elapsed);
        Assert.True(plain.WriteUnits <= Most, $"an order costs {plain.WriteUnits} write units:\n{Listing(plain)}");

        // 1,500 bytes are two units, and the entry in the index is a third.
        var more = await MeasureAsync("meter-b", "000000002", PutOneMoreAsync);
        Assert.Equal(plain.WriteUnits + 3, more.WriteUnits);
        var extra = Assert.Single(more.Calls, static call => call.Function == "local");
        Assert.Equal(("Put", "oms-orders", "meter / more", 3), extra.Writes.Select(static write => (write.Action, write.Table, write.Key, write.Units)).Single());
        Assert.Equal(Kinds(plain), Kinds(more with { Calls = [.. more.Calls.Where(call => call != extra)] }));
    }

    /// <summary>One order from POST until its notification is recorded and its stock committed; nothing of it is under way any more.</summary>
    private async Task<MeterPage> MeasureAsync(string tenant, string number, Func<AmazonDynamoDBClient, Task> meanwhile)
    {
        using var shop = await Oms.ClientAsync(tenant);
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, 10);
        }

        using var topics = new Topics(Oms);
        var queue = await topics.SubscribeAsync($"{tenant}-listener");
        using var administrator = new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), new AmazonDynamoDBConfig { ServiceURL = Oms.Host.AwsUrl.ToString(), AuthenticationRegion = "us-east-1" });
        Oms.Proxy.Meter.Reset();
        Oms.Proxy.Meter.On = true;

        // With its quote, as a shop sends it: whether the quote was ordered before is remembered too.
        var placed = await shop.PlaceMagentoAsync(Sample.Magento(number, static order => order["quote_id"] = 4711));
        await meanwhile(administrator);
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
        await OmsClient.WaitUntilAsync(async () => (await shop.GetAsync($"/v1/orders/{placed.OrderId}/events")).Body.Contains("\"notice\"", StringComparison.Ordinal), "the customer was told");
        await OmsClient.WaitUntilAsync(async () => (await topics.ReceiveAsync(queue)).Any(static body => body.Contains("stock.committed.v1", StringComparison.Ordinal)), "the stock was committed");
        await OmsClient.WaitUntilAsync(async () => (await shop.GetAsync($"/v1/orders/{placed.OrderId}")).Body.Contains("\"stockStatus\":\"committed\"", StringComparison.Ordinal), "the order knows it");
        foreach (var inbox in new[] { "orders-inbox", "payments-inbox", "inventory-inbox", "notifications-inbox" })
        {
            await OmsClient.WaitUntilAsync(async () => await topics.CountAsync(inbox) == 0, $"{inbox} is empty");
        }

        Oms.Proxy.Meter.On = false;
        var page = Oms.Proxy.Meter.Page;
        Assert.All(page.Calls, static call => Assert.True(call.Agrees, $"{call.Function} {call.Operation}: {call.WriteUnits} + {call.ReadUnits} by bytes, {call.Reported} as reported"));
        Assert.Equal(page.WriteUnits, page.Calls.SelectMany(static call => call.Writes).Sum(static write => write.Units));
        return page;
    }

    private static async Task PutOneMoreAsync(AmazonDynamoDBClient administrator) => await administrator.PutItemAsync(new PutItemRequest
    {
        TableName = "oms-orders",
        Item = new()
        {
            ["pk"] = new("meter"),
            ["sk"] = new("more"),
            ["dueShard"] = new("00"),
            ["dueAt"] = new() { N = "32503680000000" },
            ["note"] = new(new string('x', 1_500)),
        },
    });

    private void Print(MeterPage page)
    {
        var listing = Listing(page);
        output.WriteLine(listing);
        var folder = Directory.CreateDirectory(Path.Combine(RepositoryFolder.Artifacts, "test-results"));
        File.WriteAllText(Path.Combine(folder.FullName, "write-units.txt"), listing + "\n");
    }

    private static string Listing(MeterPage page) => string.Join('\n',
    [
        .. page.Calls.SelectMany(static call => call.Writes.Select(write => string.Create(
            CultureInfo.InvariantCulture,
            $"{write.Units,3}  {call.Function} {call.Operation}{(call.Failed ? " (condition failed)" : "")}: {write.Action} {write.Table} {write.Key}{Indexes(write)}"))),
        string.Create(CultureInfo.InvariantCulture, $"{page.WriteUnits,3}  write units an order, of {Most}; {page.ReadUnits} read units"),
    ]);

    private static string Indexes(MeteredWrite write) =>
        write.IndexUnits.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", of which index {string.Join(", ", write.IndexUnits.Select(static index => $"{index.Key} {index.Value}"))}");

    private static IEnumerable<string> Kinds(MeterPage page) => page.Calls
        .SelectMany(static call => call.Writes.Select(write => string.Create(CultureInfo.InvariantCulture, $"{call.Function} {call.Operation} {call.Failed} {write.Action} {write.Table} {write.Units}")))
        .Order(StringComparer.Ordinal);

    public sealed class Stack : IAsyncLifetime
    {
        internal OmsStack Value { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Value = await OmsStack.StartAsync(new OmsStackOptions { Backend = BackendKind.Processes });

        public ValueTask DisposeAsync() => Value.DisposeAsync();
    }
}
