namespace Oms.Tests.Simulation;

/// <summary>One seed, as somebody replays it.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task A_native_and_a_magento_order_go_all_the_way_to_confirmed()
    {
        // Without faults, and with orders of both kinds: every function of the template has a part in it.
        var (exitCode, trace) = await SimulationProgram.RunAsync(["--faults", "0"], new Dictionary<string, string?>(StringComparer.Ordinal) { ["OMS_SEED"] = "19" });
        Assert.True(exitCode == 0, trace);
        foreach (var function in (ReadOnlySpan<string>)["orders-api", "orders-relay", "orders-inbox", "notifications", "payments-relay", "payments-inbox", "inventory-api", "inventory-relay", "inventory-inbox"])
        {
            Assert.Contains($" {function}/1", trace, StringComparison.Ordinal);
        }

        Assert.Contains("gateway.Authorise", trace, StringComparison.Ordinal);
        Assert.Contains("POST /v1/magento/", trace, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seeds")]
    [InlineData("--seeds none")]
    [InlineData("--speed 3")]
    public async Task A_command_that_makes_no_sense_is_told_how_it_goes(string arguments)
    {
        var (exitCode, output) = await SimulationProgram.RunAsync(arguments.Split(' '));
        Assert.Equal(2, exitCode);
        Assert.Contains("OMS_SEED", output, StringComparison.Ordinal);
    }
}
