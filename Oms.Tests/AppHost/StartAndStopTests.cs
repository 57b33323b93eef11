using System.Net;
using Oms.Tests.Support;

namespace Oms.Tests.AppHost;

/// <summary>The app host as its users start and stop it: what is left afterwards is looked for among all processes, not on its ports.</summary>
[Collection(nameof(WholeSystem))]
public sealed class StartAndStopTests
{
    private const int HangUp = 1;
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int Terminate = 15;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_takes_an_order_starts_a_killed_function_again_and_ends_with_dotnet_run()
    {
        SkipWithoutSessions();
        using var run = AppHostRun.ByDotNetRun(isMeasured: true);
        var start = await run.ReadyAsync(Cancellation);
        Figures.Record("apphost.start.seconds", Math.Round(start.TotalSeconds, 1), "<= 10 on an idle machine (embedded, already built)", start);
        using var shop = await run.ShopAsync();
        foreach (var (sku, quantity) in Sample.Lines)
            await shop.SetStockAsync(sku, 2 * quantity);
        await ConfirmedAsync(shop, Sample.Read("magento-order.json"));

        var killed = Function(run, "inventory-inbox");
        Assert.NotNull(killed);
        await AppHostRun.SignalAsync(Kill, killed.Id);
        await OmsClient.WaitUntilAsync(() => Task.FromResult(Function(run, "inventory-inbox") is { } again && again.Id != killed.Id), () => $"inventory-inbox was started again: {run.Output}");
        await ConfirmedAsync(shop, Sample.Magento("000000777"));

        await AppHostRun.SignalAsync(Terminate, run.Id);
        var stop = await run.NothingLeftAsync(Cancellation);
        Figures.Record("apphost.stop.seconds", Math.Round(stop.TotalSeconds, 1), "<= 20", stop);
    }

    [Theory]
    [InlineData(Interrupt, true)] // Ctrl+C
    [InlineData(HangUp, true)] // the terminal is closed
    [InlineData(Kill, false)] // nobody tells the app host
    public async Task Nothing_is_left_running(int signal, bool group)
    {
        SkipWithoutSessions();
        using var run = AppHostRun.ByDotNetRun();
        await run.ReadyAsync(Cancellation);
        await AppHostRun.SignalAsync(signal, group ? -run.Id : run.Id);
        await run.NothingLeftAsync(Cancellation);
    }

    [Fact]
    public async Task Of_two_started_at_once_one_names_port_and_setting_and_the_other_leaves_nothing_even_when_killed_with_its_guardian()
    {
        SkipWithoutSessions();
        var ports = AppHostRun.FreePorts();
        using var first = AppHostRun.Direct(ports);
        using var second = AppHostRun.Direct(ports);
        await Task.WhenAny(first.EndAsync(Cancellation), second.EndAsync(Cancellation));
        var (runs, refused) = first.HasEnded ? (second, first) : (first, second);
        await refused.NothingLeftAsync(Cancellation);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"Port {ports["Api"]} of 127.0.0.1 is in use", refused.Output, StringComparison.Ordinal);
        Assert.Contains("Ports:Api", refused.Output, StringComparison.Ordinal);
        await runs.ReadyAsync(Cancellation);

        var guardians = runs.Processes().Where(static process => process.Command.Contains("Aspire.Hosting.AppHost.dll", StringComparison.Ordinal)).Select(static process => process.Id);
        await AppHostRun.SignalAsync(Kill, [runs.Id, .. guardians]);
        await runs.NothingLeftAsync(Cancellation);
    }

    private static async Task ConfirmedAsync(OmsClient shop, string order)
    {
        var placed = await shop.PlaceMagentoAsync(order);
        Assert.Equal(HttpStatusCode.Accepted, placed.Status);
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
    }

    private static RunProcess? Function(AppHostRun run, string name) =>
        run.Processes().FirstOrDefault(process => process.Variable("AWS_LAMBDA_FUNCTION_NAME") == name);

    private static void SkipWithoutSessions() => Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are told apart by /proc and setsid");
}
