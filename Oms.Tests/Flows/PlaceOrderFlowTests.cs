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

    [Fact]
    public async Task Fifty_at_once_with_one_key_are_one_order()
    {
        using var shop = await NewShopAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => shop.PlaceNativeAsync(Sample.Native(), "key-50")));
        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Single(answers.Select(static answer => (answer.Location, answer.Body)).Distinct());
        Assert.Equal(49, answers.Count(static answer => answer.Headers.ContainsKey("idempotency-replayed")));
        await shop.WaitForStateAsync(answers[0].OrderId, "Confirmed");
        Assert.Equal((10m, 2m, 8m), await shop.StockAsync(Sample.Lines[0].Sku));
    }

    [Fact]
    public async Task Fifty_at_once_with_one_key_and_fifty_bodies_are_one_order_and_49_refusals()
    {
        using var shop = await NewShopAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            shop.PlaceNativeAsync(Sample.Native(change: order => order["customer"]!["reference"] = $"C-{i}"), "key-50")));
        var accepted = Assert.Single(answers, static answer => answer.Status == HttpStatusCode.Accepted);
        Assert.Equal(49, answers.Count(static answer => answer.Status == HttpStatusCode.UnprocessableEntity));
        await shop.WaitForStateAsync(accepted.OrderId, "Confirmed");
        Assert.Equal((10m, 2m, 8m), await shop.StockAsync(Sample.Lines[0].Sku));
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
