using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Oms.LocalAws.Proxy;
using Oms.ServiceDefaults;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>One stack of its own: its faults would disturb others. The tests of this class run one after another.</summary>
public sealed class FaultFlowTests(FaultFlowTests.Stack fixture) : IClassFixture<FaultFlowTests.Stack>
{
    private static int _orders;

    private OmsStack Oms => fixture.Value;

    [Fact]
    public async Task While_sns_is_down_orders_are_taken_and_afterwards_all_arrive()
    {
        using var shop = await NewShopAsync(1000);
        var started = Stopwatch.StartNew();
        var placed = new List<OmsAnswer>();

        // First refused connections, then throttling; each until the relay has used up all retries of an invocation.
        var throttled = 0;
        var refusing = await fixture.SnsRefusesAsync();
        using var down = Oms.Break(new ProxyFault { Before = (call, _) => Task.FromResult(call.Service == AwsService.Sns ? Counted(ref throttled, ProxyFault.SnsThrottled) : null) });
        await using (refusing)
        {
            var before = GivenUp();
            await PlaceWhileAsync(() => GivenUp() <= before);
            Assert.True(GivenUp() > before && throttled == 0, $"the relay gave up {GivenUp() - before} times; {throttled} calls came through the shut port");
        }

        await PlaceWhileAsync(() => throttled <= RetryPolicy.Attempts);
        Assert.True(throttled > RetryPolicy.Attempts, $"{throttled} throttled");
        Assert.All(await Task.WhenAll(placed.Select(order => shop.StateAsync(order.OrderId))), static state => Assert.Equal("Received", state));
        down.Dispose();
        foreach (var order in placed)
        {
            await shop.WaitForStateAsync(order.OrderId, "Confirmed");
        }

        Assert.Equal(placed.Count * 2m, (await shop.StockAsync(Sample.Lines[0].Sku))!.Value.Reserved);

        int GivenUp() => Oms.RuntimesOf("orders-relay").Single().Output.Split("the stream delivers it again").Length - 1;

        async Task PlaceWhileAsync(Func<bool> isDown)
        {
            for (var began = started.Elapsed; isDown() && started.Elapsed - began < TimeSpan.FromSeconds(40); await Task.Delay(200, TestContext.Current.CancellationToken))
            {
                var answer = await shop.PlaceMagentoAsync(Sample.Magento(NextNumber()));
                Assert.Equal(HttpStatusCode.Accepted, answer.Status);
                placed.Add(answer);
            }
        }
    }

    [Theory]
    [InlineData("orders-api", "PutItem")]
    [InlineData("orders-inbox", "PutItem")]
    [InlineData("inventory-inbox", "TransactWriteItems")]
    [InlineData("inventory-inbox", "PutItem")]
    [InlineData("payments-inbox", "PutItem")]
    [InlineData("notifications", "PutItem")]
    [InlineData("orders-relay", "PublishBatch")]
    [InlineData("inventory-relay", "PublishBatch")]
    public async Task A_response_lost_after_the_commit_changes_nothing(string function, string operation)
    {
        using var shop = await NewShopAsync(10);
        var lost = 0;
        using var faulty = Oms.Break(new ProxyFault
        {
            After = (call, answer) => Task.FromResult(call.Caller == function && call.Operation == operation && answer.IsSuccess && Interlocked.Increment(ref lost) <= 2 ? AwsAnswer.Dropped : answer),
        });
        var placed = await shop.PlaceNativeAsync(Sample.Native(), $"key-{NextNumber()}");
        Assert.Equal(HttpStatusCode.Accepted, placed.Status);
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
        await shop.WaitUntilToldAsync(placed.OrderId);
        Assert.True(lost > 0, $"{function} made no {operation}");
        Assert.Equal((10m, 2m, 8m), await shop.StockAsync(Sample.Lines[0].Sku));
        Assert.Equal(1, await Oms.AuthorisationsAsync(placed.OrderId));
    }

    [Fact]
    public async Task Events_delivered_again_and_in_reverse_change_nothing()
    {
        using var topics = new Topics(Oms);
        var queue = await topics.SubscribeAsync("third-party");
        using var shop = await NewShopAsync(10);
        var placed = await shop.PlaceNativeAsync(Sample.Native(), $"key-{NextNumber()}");
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
        await shop.WaitUntilToldAsync(placed.OrderId);
        var events = await CollectAsync(topics, queue, placed.OrderId, "stock.committed.v1");
        var before = await shop.GetAsync($"/v1/orders/{placed.OrderId}");
        var timeline = await shop.GetAsync($"/v1/orders/{placed.OrderId}/events");

        foreach (var body in events.Reverse().Concat(events).Concat(events.Reverse()))
        {
            foreach (var inbox in InboxesOf(body))
            {
                await topics.SendAsync(inbox, body);
            }
        }

        await QuietAsync(topics);
        Assert.Equal(before.Body, (await shop.GetAsync($"/v1/orders/{placed.OrderId}")).Body);
        Assert.Equal(timeline.Body, (await shop.GetAsync($"/v1/orders/{placed.OrderId}/events")).Body);
        Assert.Equal((10m, 2m, 8m), await shop.StockAsync(Sample.Lines[0].Sku));
        Assert.Equal(1, await Oms.AuthorisationsAsync(placed.OrderId));
    }

    [Fact]
    public async Task A_consumer_told_of_the_cancellation_before_the_placement_reserves_nothing()
    {
        using var topics = new Topics(Oms);
        var queue = await topics.SubscribeAsync("third-party-2");
        using var shop = await NewShopAsync(10);
        var placed = await shop.PlaceMagentoAsync(Sample.Magento(NextNumber()));
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
        var placement = (await CollectAsync(topics, queue, placed.OrderId, "order.placed.v1")).First(static body => TypeOf(body) == "order.placed.v1");

        // The same story of an order that Inventory has never heard of, told backwards.
        var id = "ord_" + placed.OrderId[4..].Replace(placed.OrderId[^1], placed.OrderId[^1] == '0' ? '1' : '0');
        var told = JsonNode.Parse(placement.Replace(placed.OrderId, id, StringComparison.Ordinal))!.AsObject();
        var cancelled = told.DeepClone().AsObject();
        cancelled["type"] = "order.cancelled.v1";
        cancelled["version"] = 2;
        cancelled["id"] = $"orders/{id}/2";
        cancelled["order"]!["state"] = "Cancelled";
        var reserved = (await shop.StockAsync(Sample.Lines[0].Sku))!.Value.Reserved;
        await topics.SendAsync("inventory-inbox", cancelled.ToJsonString());
        await QuietAsync(topics);
        await topics.SendAsync("inventory-inbox", told.ToJsonString());
        await QuietAsync(topics);
        Assert.Equal(reserved, (await shop.StockAsync(Sample.Lines[0].Sku))!.Value.Reserved);
    }

    [Fact]
    public async Task A_function_that_was_away_finds_its_work_when_it_is_back()
    {
        using var shop = await NewShopAsync(10);
        var relay = Oms.RuntimesOf("orders-relay").Single();
        await relay.KillAsync();
        OmsAnswer placed;
        string meanwhile;
        try
        {
            placed = await shop.PlaceNativeAsync(Sample.Native(), $"key-{NextNumber()}");
            meanwhile = await shop.StateAsync(placed.OrderId);
        }
        finally
        {
            relay.Restart();
        }

        Assert.Equal((HttpStatusCode.Accepted, "Received"), (placed.Status, meanwhile));
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
        await shop.WaitUntilToldAsync(placed.OrderId);
    }

    [Fact]
    public async Task Throttled_and_conflicting_writes_end_in_the_same_state()
    {
        using var shop = await NewShopAsync(10);
        var seen = new ConcurrentDictionary<string, int>();
        using var throttling = Oms.Break(new ProxyFault
        {
            Before = (call, _) => Task.FromResult(call.Service == AwsService.DynamoDb && call.Operation is "PutItem" or "UpdateItem" or "TransactWriteItems" or "GetItem"
                && seen.AddOrUpdate(call.Caller + call.Operation, 1, static (_, count) => count + 1) <= 3 ? ProxyFault.DynamoDbThrottled : null),
        });
        var placed = await shop.PlaceNativeAsync(Sample.Native(), $"key-{NextNumber()}");
        Assert.Equal(HttpStatusCode.Accepted, placed.Status);
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
        Assert.Equal((10m, 2m, 8m), await shop.StockAsync(Sample.Lines[0].Sku));
    }

    [Fact]
    public async Task A_store_that_stays_away_is_a_503_with_Retry_After_and_the_order_can_be_sent_again()
    {
        using var shop = await NewShopAsync(10);
        var number = NextNumber();
        OmsAnswer refused;
        using (Oms.Break(new ProxyFault { Before = static (call, _) => Task.FromResult<AwsAnswer?>(call is { Caller: "orders-api", Service: AwsService.DynamoDb } ? ProxyFault.DynamoDbThrottled : null) }))
        {
            refused = await shop.PlaceMagentoAsync(Sample.Magento(number));
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.True(refused.Headers.ContainsKey("retry-after"));
        Assert.Equal("application/problem+json", refused.Headers["content-type"]);
        var placed = await shop.PlaceMagentoAsync(Sample.Magento(number));
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
    }

    [Fact]
    public async Task What_cannot_be_read_ends_in_the_dead_letters_and_blocks_nobody()
    {
        using var topics = new Topics(Oms);
        using var shop = await NewShopAsync(10);
        string[] unreadable = ["this is not JSON", """{"type":"order.from-the-future.v9","orderId":"ord_00000000000000000000000000"}"""];
        foreach (var body in unreadable)
        {
            await topics.SendAsync("orders-inbox", body);
        }

        var placed = await shop.PlaceMagentoAsync(Sample.Magento(NextNumber()));
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");

        // An outage in another test may have left dead letters of its own.
        var dead = new List<string>();
        await OmsClient.WaitUntilAsync(
            async () =>
            {
                dead.AddRange(await topics.ReceiveAsync("orders-inbox-dlq"));
                return unreadable.All(dead.Contains);
            },
            () => $"both are in the dead letters, which hold {string.Join(" and ", dead)}");
        Assert.Equal(unreadable.Length, dead.Count(unreadable.Contains));
        await QuietAsync(topics);
    }

    private static AwsAnswer Counted(ref int count, AwsAnswer answer)
    {
        Interlocked.Increment(ref count);
        return answer;
    }

    private static string TypeOf(string body) => JsonDocument.Parse(body).RootElement.GetProperty("type").GetString()!;

    private static IEnumerable<string> InboxesOf(string body) => TypeOf(body) switch
    {
        "order.placed.v1" => ["inventory-inbox"],
        "order.awaiting-payment.v1" => ["inventory-inbox", "payments-inbox"],
        "order.confirmed.v1" => ["inventory-inbox", "notifications-inbox"],
        "stock.held.v1" or "payment.authorised.v1" => ["orders-inbox"],
        _ => [],
    };

    /// <summary>Everything that was published about an order, once <paramref name="last"/> has come.</summary>
    private static async Task<IReadOnlyList<string>> CollectAsync(Topics topics, string queue, string orderId, string last)
    {
        var events = new List<string>();
        await OmsClient.WaitUntilAsync(
            async () =>
            {
                events.AddRange((await topics.ReceiveAsync(queue)).Where(body => body.Contains(orderId, StringComparison.Ordinal)));
                return events.Exists(body => TypeOf(body) == last);
            },
            $"{last} was published");
        return events;
    }

    private static async Task QuietAsync(Topics topics)
    {
        foreach (var queue in OmsQueues.Inboxes)
        {
            await OmsClient.WaitUntilAsync(async () => await topics.CountAsync(queue) == 0, $"{queue} is empty");
        }
    }

    private static string NextNumber() => Interlocked.Increment(ref _orders).ToString("D9", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<OmsClient> NewShopAsync(decimal onHand)
    {
        var shop = await Oms.ClientAsync($"faults-{NextNumber()}");
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, onHand);
        }

        return shop;
    }

    public sealed class Stack : IAsyncLifetime
    {
        private readonly LoopbackDoor _sns = new();

        internal OmsStack Value { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Value = await OmsStack.StartAsync(new OmsStackOptions
            {
                // Twenty receives with growing pauses take half an hour; four show the same.
                Template = static template => template["Resources"]!["OrdersInboxQueue"]!["Properties"]!["RedrivePolicy"]!["maxReceiveCount"] = 4,
                Environment = new Dictionary<string, string> { ["AWS_ENDPOINT_URL_SNS"] = _sns.Url.ToString().TrimEnd('/') },
            });
            _sns.Open(Value.Host.AwsUrl);
        }

        public async ValueTask DisposeAsync()
        {
            if (Value is not null)
            {
                await Value.DisposeAsync();
            }

            await _sns.DisposeAsync();
        }

        /// <summary>Nobody listens where the functions look for SNS, until what is returned is disposed.</summary>
        internal async Task<IAsyncDisposable> SnsRefusesAsync()
        {
            await _sns.ShutAsync();
            using var caller = new TcpClient();
            var refused = await Assert.ThrowsAsync<SocketException>(() => caller.ConnectAsync(_sns.Url.Host, _sns.Url.Port));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
            return new Opened(_sns, Value.Host.AwsUrl);
        }

        private sealed class Opened(LoopbackDoor door, Uri behind) : IAsyncDisposable
        {
            public ValueTask DisposeAsync()
            {
                door.Open(behind);
                return ValueTask.CompletedTask;
            }
        }
    }
}
