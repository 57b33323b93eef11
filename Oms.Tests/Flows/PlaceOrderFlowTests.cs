using System.Net;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

public sealed class PlaceOrderFlowTests(SharedStack shared)
{
    [Fact]
    public async Task An_approved_payment_confirms_the_order()
    {
        using var shop = await NewShopAsync();
        var placed = await shop.PlaceNativeAsync(Sample.Native("sim_approve"), "key-1");
        Assert.Equal(HttpStatusCode.Accepted, placed.Status);
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
        Assert.Equal("Authorised", (await shop.GetAsync($"/v1/payments/{placed.OrderId}")).Json.GetProperty("state").GetString());
        Assert.Equal((10m, 2m, 8m), await shop.StockAsync(Sample.Lines[0].Sku));
    }

    [Fact]
    public async Task A_declined_payment_cancels_the_order_and_frees_the_stock()
    {
        using var shop = await NewShopAsync();
        var placed = await shop.PlaceNativeAsync(Sample.Native("sim_decline"), "key-1");
        await shop.WaitForStateAsync(placed.OrderId, "Cancelled");
        await OmsClient.WaitUntilAsync(async () => (await shop.StockAsync(Sample.Lines[0].Sku))!.Value.Reserved == 0, "the stock is free again");
        Assert.Equal((10m, 0m, 10m), await shop.StockAsync(Sample.Lines[1].Sku));
    }

    [Fact]
    public async Task A_gateway_that_answers_too_late_is_asked_and_charges_once()
    {
        using var shop = await NewShopAsync();
        var placed = await shop.PlaceNativeAsync(Sample.Native("sim_slow"), "key-1");
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
        Assert.Equal(1, await (await shared.StackAsync()).AuthorisationsAsync(placed.OrderId));
    }

    [Fact]
    public async Task The_same_key_and_body_is_answered_with_the_first_answer()
    {
        using var shop = await NewShopAsync();
        var first = await shop.PlaceNativeAsync(Sample.Native(), "key-1");
        var again = await shop.PlaceNativeAsync(Sample.Native(), "key-1");
        Assert.Equal((first.Status, first.Location, first.Body), (again.Status, again.Location, again.Body));
        Assert.Equal("true", again.Headers["idempotency-replayed"]);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        using var shop = await NewShopAsync();
        await shop.PlaceNativeAsync(Sample.Native(), "key-1");
        var other = await shop.PlaceNativeAsync(Sample.Native(change: static order => order["customer"]!["email"] = "someone.else@example.com"), "key-1");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
    }

    private async Task<OmsClient> NewShopAsync()
    {
        var shop = await shared.NewTenantAsync();
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, 10);
        }

        return shop;
    }
}
