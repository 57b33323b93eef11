using System.Diagnostics;
using System.Net;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>How long an order takes from its POST until it is Confirmed, on the embedded backend with everything warm: a figure, and no limit.</summary>
[Collection(nameof(WholeSystem))]
public sealed class FlowSpeedTests(SharedStack shared, ITestOutputHelper output)
{
    private const int WarmUp = 5;
    private const int Orders = 20;

    [Fact]
    public async Task An_order_after_another_is_confirmed()
    {
        var started = Stopwatch.StartNew();
        using var shop = await shared.NewTenantAsync();
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, 1000);
        }

        var taken = new List<double>();
        for (var number = 1; number <= WarmUp + Orders; number++)
        {
            var body = Sample.Magento($"{number:D9}");
            var posted = Stopwatch.GetTimestamp();
            var placed = await shop.PlaceMagentoAsync(body);
            Assert.Equal(HttpStatusCode.Accepted, placed.Status);
            await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
            taken.Add(Stopwatch.GetElapsedTime(posted).TotalMilliseconds);
            await shop.WaitUntilToldAsync(placed.OrderId);
        }

        double[] warm = [.. taken.Skip(WarmUp).Order()];
        Assert.Equal(Orders, warm.Length);
        Figures.Record("flows.milliseconds", Math.Round(warm[Orders / 2], 1), "none; an order, POST to Confirmed, median", started.Elapsed);
        output.WriteLine(string.Join(' ', taken.Select(static time => $"{time:0}")));
    }
}
