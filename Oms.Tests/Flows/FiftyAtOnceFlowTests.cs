using System.Net;
using Oms.LocalAws.Proxy;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>
/// Fifty placements of one order at once, on two runtimes of orders-api: all of them have found nothing before the first
/// of them writes, and all are about to write the head before the first head is written.
/// </summary>
public sealed class FiftyAtOnceFlowTests(FiftyAtOnceFlowTests.Stack fixture) : IClassFixture<FiftyAtOnceFlowTests.Stack>
{
    private const int Orders = 50;
    private const string Number = "000000050";

    private OmsStack Oms => fixture.Value;

    [Fact]
    public async Task With_one_key_and_one_body_they_are_one_order()
    {
        using var shop = await NewShopAsync("equal");
        var answers = await AtOnceAsync(_ => shop.PlaceNativeAsync(Sample.Native(), "key-50"));
        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Single(answers.Select(static answer => (answer.Location, answer.Body)).Distinct());
        Assert.Equal(Orders - 1, answers.Count(static answer => answer.Headers.ContainsKey("idempotency-replayed")));
        await HeldOnceAsync(shop, answers[0].OrderId);
        Assert.Equal(1, await Oms.AuthorisationsAsync(answers[0].OrderId));
    }

    [Fact]
    public async Task With_one_key_and_fifty_bodies_they_are_one_order_and_49_refusals()
    {
        using var shop = await NewShopAsync("different");
        var answers = await AtOnceAsync(i => shop.PlaceNativeAsync(Sample.Native(change: order => order["customer"]!["reference"] = $"C-{i}"), "key-50"));
        var accepted = Assert.Single(answers, static answer => answer.Status == HttpStatusCode.Accepted);
        Assert.Equal(Orders - 1, answers.Count(static answer => answer.Status == HttpStatusCode.UnprocessableEntity));
        await HeldOnceAsync(shop, accepted.OrderId);
        Assert.Equal(1, await Oms.AuthorisationsAsync(accepted.OrderId));
    }

    [Fact]
    public async Task Of_one_Magento_number_with_one_body_they_are_one_order()
    {
        using var shop = await NewShopAsync("magento-equal");
        var answers = await AtOnceAsync(_ => shop.PlaceMagentoAsync(Sample.Magento(Number)));
        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Single(answers.Select(static answer => (answer.Location, answer.Body)).Distinct());
        Assert.Equal(Orders - 1, answers.Count(static answer => answer.Headers.ContainsKey("idempotency-replayed")));
        await HeldOnceAsync(shop, answers[0].OrderId);
    }

    /// <summary>Magento saves an order again and again, each time with other bytes: all of them are observations of the one order.</summary>
    [Fact]
    public async Task Of_one_Magento_number_with_fifty_bodies_they_are_one_order()
    {
        using var shop = await NewShopAsync("magento-different");
        var answers = await AtOnceAsync(i => shop.PlaceMagentoAsync(Sample.Magento(Number, order => order["customer_note"] = $"Saved {i} times")));
        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Single(answers.Select(static answer => (answer.Location, answer.Body)).Distinct());
        await HeldOnceAsync(shop, answers[0].OrderId);
    }

    /// <summary>Sends them all, and sees to it that none writes before all have come that far.</summary>
    private async Task<OmsAnswer[]> AtOnceAsync(Func<int, Task<OmsAnswer>> place)
    {
        CallBarrier firstWrite = new(Orders, static call => call is { Caller: "orders-api", Operation: "PutItem" });
        CallBarrier head = new(Orders, static call => call is { Caller: "orders-api", Operation: "PutItem" } && SortKey(call) == "head");
        var before = Oms.RuntimesOf("orders-api").Select(static runtime => Answered(runtime)).ToList();
        using var holding = Oms.Break(new ProxyFault
        {
            Before = async (call, cancel) =>
            {
                await firstWrite.PassAsync(call, cancel);
                await head.PassAsync(call, cancel);
                return null;
            },
        });
        var answers = await Task.WhenAll(Enumerable.Range(0, Orders).Select(place));
        Assert.Equal((Orders, Orders), (firstWrite.Reached, head.Reached));
        var after = Oms.RuntimesOf("orders-api").Select(static runtime => Answered(runtime)).ToList();
        Assert.True(before.Zip(after).All(static runtime => runtime.First < runtime.Second), $"the runtimes of orders-api had answered {string.Join(" and ", before)}, and then {string.Join(" and ", after)}");
        return answers;
    }

    private static string? SortKey(AwsCall call) => call.Json.GetProperty("Item").GetProperty("sk").GetProperty("S").GetString();

    private static int Answered(IFunctionRuntime runtime) => runtime.Output.Split("POST /v1/").Length;

    private async Task HeldOnceAsync(OmsClient shop, string orderId)
    {
        await shop.WaitForStateAsync(orderId, "Confirmed");
        Assert.Equal((10m, 2m, 8m), await shop.StockAsync(Sample.Lines[0].Sku));
        Assert.Equal((10m, 1m, 9m), await shop.StockAsync(Sample.Lines[1].Sku));
    }

    private async Task<OmsClient> NewShopAsync(string tenant)
    {
        var shop = await Oms.ClientAsync(tenant);
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, 10);
        }

        return shop;
    }

    public sealed class Stack : IAsyncLifetime
    {
        internal OmsStack Value { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Value = await OmsStack.StartAsync(new OmsStackOptions
        {
            Processes = new Dictionary<string, int> { ["orders-api"] = 2 },
            Concurrency = new Dictionary<string, int> { ["orders-api"] = Orders / 2 },
            LogLevel = nameof(Microsoft.Extensions.Logging.LogLevel.Information),
            // Fifty that wait for one another take longer than one alone, on a machine with work to do.
            Template = static template =>
            {
                var resources = template["Resources"]!;
                resources["OrdersApi"]!["Properties"]!["Timeout"] = 28;
                resources["OrdersApiIntegration"]!["Properties"]!["TimeoutInMillis"] = 29_000;
            },
        });

        public ValueTask DisposeAsync() => Value.DisposeAsync();
    }
}
