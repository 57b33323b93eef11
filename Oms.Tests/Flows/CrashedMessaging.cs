using Oms.LocalAws.Proxy;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>SIGKILL to the messaging backend while orders wait in a queue: what was placed before and after is confirmed, told and charged once.</summary>
internal static class CrashedMessaging
{
    /// <param name="oms">A stack whose messaging can be killed.</param>
    /// <param name="tenant">Of this test only.</param>
    /// <param name="keepsQueues">Whether the queues must hold after the crash what they held before.</param>
    public static async Task LosesNothingAsync(OmsStack oms, string tenant, bool keepsQueues)
    {
        using var topics = new Topics(oms);
        using var shop = await oms.ClientAsync(tenant);
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, 100);
        }

        var placed = new List<OmsAnswer>();
        using (oms.Break(new ProxyFault { Before = static (call, _) => Task.FromResult<AwsAnswer?>(call is { Caller: "inventory-inbox", Service: AwsService.DynamoDb } ? ProxyFault.DynamoDbThrottled : null) }))
        {
            for (var i = 0; i < 5; i++)
            {
                placed.Add(await shop.PlaceNativeAsync(Sample.Native(), $"key-{i}"));
            }

            await OmsClient.WaitUntilAsync(async () => await topics.CountAsync("inventory-inbox") >= placed.Count, "the placements are in the queue of Inventory");
            await oms.KillMessagingAsync();
            if (keepsQueues)
            {
                Assert.True(await topics.CountAsync("inventory-inbox") >= placed.Count);
            }
        }

        placed.Add(await shop.PlaceNativeAsync(Sample.Native(), "key-5"));
        foreach (var order in placed)
        {
            await shop.WaitForStateAsync(order.OrderId, "Confirmed");
            await shop.WaitUntilToldAsync(order.OrderId);
            Assert.Equal(1, await oms.AuthorisationsAsync(order.OrderId));
        }

        Assert.Equal((100m, 12m, 88m), await shop.StockAsync(Sample.Lines[0].Sku));
    }
}
