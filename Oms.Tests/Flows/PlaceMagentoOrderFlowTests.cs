using System.Net;
using System.Text.Json.Nodes;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

public class PlaceMagentoOrderFlowTests(SharedStack shared)
{
    [Fact]
    public async Task An_order_authorised_in_Magento_is_confirmed_and_its_stock_reserved_once()
    {
        using var shop = await NewShopAsync(onHand: 10);
        var placed = await shop.PlaceMagentoAsync(Sample.Magento("000000001"));
        Assert.Equal(HttpStatusCode.Accepted, placed.Status);
        Assert.Equal("/v1/orders/" + placed.OrderId, placed.Location);
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
        await AssertReservedAsync(shop, 2, 1);
    }

    [Fact]
    public async Task The_same_order_again_is_a_replay_with_the_same_answer()
    {
        using var shop = await NewShopAsync(onHand: 10);
        var first = await shop.PlaceMagentoAsync(Sample.Magento("000000002"));
        await shop.WaitForStateAsync(first.OrderId, "Confirmed");
        var again = await shop.PlaceMagentoAsync(Sample.Magento("000000002"));
        Assert.Equal((first.Status, first.Location, first.Body), (again.Status, again.Location, again.Body));
        Assert.Equal("true", again.Headers["idempotency-replayed"]);
        Assert.False(first.Headers.ContainsKey("idempotency-replayed"));
        await AssertReservedAsync(shop, 2, 1);
    }

    [Fact]
    public async Task It_is_found_by_its_Magento_number_and_only_by_its_own_tenant_and_store()
    {
        using var shop = await NewShopAsync(onHand: 10);
        using var other = await shared.NewTenantAsync();
        var placed = await shop.PlaceMagentoAsync(Sample.Magento("000000003"));
        var byNumber = await shop.GetAsync("/v1/magento/default/orders/000000003");
        Assert.Equal(HttpStatusCode.OK, byNumber.Status);
        Assert.Equal(placed.OrderId, byNumber.Json.GetProperty("orderId").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await shop.GetAsync("/v1/magento/elsewhere/orders/000000003")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/v1/orders/{placed.OrderId}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync("/v1/magento/default/orders/000000003")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/v1/orders/{placed.OrderId}/events")).Status);
    }

    [Fact]
    public async Task The_timeline_tells_what_happened_and_what_the_customer_was_told()
    {
        using var shop = await NewShopAsync(onHand: 10);
        var placed = await shop.PlaceMagentoAsync(Sample.Magento("000000004"));
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
        await OmsClient.WaitUntilAsync(
            async () => (await shop.GetAsync($"/v1/orders/{placed.OrderId}/events")).Body.Contains("told", StringComparison.OrdinalIgnoreCase),
            "the timeline shows what the customer was told");
    }

    [Fact]
    public async Task Short_of_stock_but_paid_goes_to_a_person()
    {
        using var shop = await NewShopAsync(onHand: 1);
        var placed = await shop.PlaceMagentoAsync(Sample.Magento("000000005"));
        await shop.WaitForStateAsync(placed.OrderId, "Review");
        await AssertReservedAsync(shop, 0, 0);
    }

    [Fact]
    public async Task Short_of_stock_and_unpaid_is_rejected()
    {
        using var shop = await NewShopAsync(onHand: 1);
        var placed = await shop.PlaceMagentoAsync(Sample.MagentoUnpaid("000000006"));
        await shop.WaitForStateAsync(placed.OrderId, "Rejected");
        await AssertReservedAsync(shop, 0, 0);
    }

    [Fact]
    public async Task An_unknown_article_goes_to_a_person()
    {
        using var shop = await shared.NewTenantAsync();
        var placed = await shop.PlaceMagentoAsync(Sample.Magento("000000007"));
        await shop.WaitForStateAsync(placed.OrderId, "Review");
    }

    [Fact]
    public async Task Cancelled_in_Magento_it_is_cancelled_here_and_the_stock_is_free_again()
    {
        using var shop = await NewShopAsync(onHand: 10);
        var placed = await shop.PlaceMagentoAsync(Sample.Magento("000000008"));
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
        var again = await shop.PlaceMagentoAsync(Sample.Magento("000000008", static order =>
        {
            order["state"] = "canceled";
            order["status"] = "canceled";
            order["updated_at"] = "2026-03-15 10:00:00";
        }));
        Assert.Equal(placed.Location, again.Location);
        await shop.WaitForStateAsync(placed.OrderId, "Cancelled");
        await OmsClient.WaitUntilAsync(async () => (await shop.StockAsync(Sample.Lines[0].Sku))!.Value.Reserved == 0, "the stock is free again");
        await AssertReservedAsync(shop, 0, 0);
    }

    [Theory]
    [InlineData("{\"data\": ", "}")]
    [InlineData("{\"entity\": ", "}")]
    [InlineData("{\"items\": [", "]}")]
    public async Task Magentos_envelopes_are_opened(string before, string after)
    {
        using var shop = await NewShopAsync(onHand: 10);
        var placed = await shop.PlaceMagentoAsync(before + Sample.Magento("000000009") + after);
        Assert.Equal(HttpStatusCode.Accepted, placed.Status);
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
    }

    [Fact]
    public async Task More_than_a_hundred_lines_are_reserved_all_or_none()
    {
        using var shop = await shared.NewTenantAsync();
        const int Count = 120;
        var skus = Enumerable.Range(0, Count).Select(static i => $"BULK-{i:D3}").ToList();
        await Parallel.ForEachAsync(skus, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (sku, _) => await shop.SetStockAsync(sku, sku == "BULK-117" ? 0 : 5));
        var placed = await shop.PlaceMagentoAsync(Bulk("000000010", skus));
        await shop.WaitForStateAsync(placed.OrderId, "Review");
        await OmsClient.WaitUntilAsync(async () => (await Task.WhenAll(skus.Select(shop.StockAsync))).All(static row => row!.Value.Reserved == 0), "nothing stays reserved of an order that is short");

        await shop.SetStockAsync("BULK-117", 5);
        var second = await shop.PlaceMagentoAsync(Bulk("000000011", skus));
        await shop.WaitForStateAsync(second.OrderId, "Confirmed");
        foreach (var row in await Task.WhenAll(skus.Select(shop.StockAsync)))
        {
            Assert.Equal((5m, 1m, 4m), row!.Value);
        }
    }

    private static string Bulk(string number, IEnumerable<string> skus) => Sample.Magento(number, order =>
    {
        var line = order["items"]!.AsArray()[0]!.DeepClone().AsObject();
        order["items"] = new JsonArray([.. skus.Select((sku, index) =>
        {
            var row = line.DeepClone().AsObject();
            row["item_id"] = 500 + index;
            row["product_id"] = 9000 + index;
            row["sku"] = sku;
            row["qty_ordered"] = 1;
            return row;
        })]);
        order["extension_attributes"]?.AsObject().Remove("shipping_assignments");
    });

    private static async Task AssertReservedAsync(OmsClient shop, params decimal[] reserved)
    {
        for (var i = 0; i < reserved.Length; i++)
        {
            var row = (await shop.StockAsync(Sample.Lines[i].Sku))!.Value;
            Assert.Equal((reserved[i], row.OnHand - reserved[i]), (row.Reserved, row.Available));
        }
    }

    private async Task<OmsClient> NewShopAsync(decimal onHand)
    {
        var shop = await shared.NewTenantAsync();
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, onHand);
        }

        return shop;
    }
}
