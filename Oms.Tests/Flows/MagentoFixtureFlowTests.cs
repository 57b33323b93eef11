using System.Globalization;
using System.Net;
using Oms.Tests.Orders;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>The fixtures over HTTP, against the same table that their decisions in memory are held to.</summary>
[Collection(nameof(WholeSystem))]
public sealed class MagentoFixtureFlowTests(SharedStack shared)
{
    private const decimal OnHand = 1000;

    /// <summary>Every SKU of every row has stock, also where none must be taken: of parents, of what is virtual, of what is shipped.</summary>
    [Fact]
    public async Task Every_fixture_ends_as_the_table_says_and_reserves_what_the_table_says()
    {
        var placed = new List<(string Name, OmsClient Shop, string OrderId, string[] Skus)>();
        foreach (var name in MagentoFixtures.Expected.Keys)
        {
            var shop = await shared.NewTenantAsync();
            var skus = Samples.Magento("magento/" + name).Rows.Select(static row => row.Sku).Distinct(StringComparer.Ordinal).ToArray();
            foreach (var sku in skus)
            {
                await shop.SetStockAsync(sku, OnHand);
            }

            var answer = await shop.PlaceMagentoAsync(Sample.Read($"magento/{name}.json"));
            Assert.True(answer.Status == HttpStatusCode.Accepted, $"{name}: {answer.Status} {answer.Body}");
            placed.Add((name, shop, answer.OrderId, skus));
        }

        foreach (var (name, shop, orderId, _) in placed)
        {
            await shop.WaitForStateAsync(orderId, MagentoFixtures.Expected[name].State.ToString());
        }

        // What should not have been reserved would have been by now.
        await QuietAsync();
        var found = new List<string>();
        foreach (var (name, shop, orderId, skus) in placed)
        {
            found.Add($"{name}: {await EndAsync(shop, orderId, skus)}");
            shop.Dispose();
        }

        Assert.Equal(MagentoFixtures.Expected.Select(static fixture => $"{fixture.Key}: {fixture.Value.State}; {fixture.Value.Reserved}; {fixture.Value.Collect}"), found);
    }

    [Fact]
    public async Task One_number_in_two_stores_is_two_orders()
    {
        using var shop = await shared.NewTenantAsync("default outlet");
        foreach (var sku in (string[])["CANDLE-BEES-L", "MATCH-LONG", "NOTEBOOK-A5"])
        {
            await shop.SetStockAsync(sku, OnHand);
        }

        var first = await shop.PlaceMagentoAsync(Sample.Read("magento/guest.json"));
        var second = await shop.PlaceMagentoAsync(Sample.Read("magento/second-store.json"), "outlet");
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.Status, second.Status));
        Assert.False(second.Headers.ContainsKey("idempotency-replayed"));
        Assert.NotEqual(first.OrderId, second.OrderId);
        await shop.WaitForStateAsync(first.OrderId, "AwaitingPayment");
        await shop.WaitForStateAsync(second.OrderId, "Confirmed");
        foreach (var (store, order) in new[] { ("default", first), ("outlet", second) })
        {
            var found = (await shop.GetAsync($"/v1/magento/{store}/orders/000000201")).Json;
            Assert.Equal((order.OrderId, store), (found.GetProperty("orderId").GetString(), found.GetProperty("store").GetString()));
        }

        Assert.Equal(3, (await shop.StockAsync("CANDLE-BEES-L"))!.Value.Reserved);
        Assert.Equal(2, (await shop.StockAsync("NOTEBOOK-A5"))!.Value.Reserved);
    }

    private static async Task<string> EndAsync(OmsClient shop, string orderId, string[] skus)
    {
        var order = (await shop.GetAsync($"/v1/orders/{orderId}")).Json;
        var reserved = new List<string>();
        foreach (var sku in skus)
        {
            var row = (await shop.StockAsync(sku))!.Value;
            Assert.Equal((OnHand, OnHand - row.Reserved), (row.OnHand, row.Available));
            if (row.Reserved != 0)
            {
                reserved.Add(string.Create(CultureInfo.InvariantCulture, $"{sku} {row.Reserved:0.####}"));
            }
        }

        return $"{order.GetProperty("state").GetString()}; {string.Join(", ", reserved)}; {order.GetProperty("amountToCollect").GetString()} {order.GetProperty("currency").GetString()}";
    }

    private async Task QuietAsync()
    {
        using var topics = new Topics(await shared.StackAsync());
        foreach (var inbox in OmsQueues.Inboxes)
        {
            await OmsClient.WaitUntilAsync(async () => await topics.CountAsync(inbox) == 0, $"{inbox} is empty");
        }
    }
}
