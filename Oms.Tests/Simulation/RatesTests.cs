using Oms.Simulation;
using Oms.Simulation.Faults;

namespace Oms.Tests.Simulation;

/// <summary>How often things go wrong is the seed's to draw, unless somebody says it.</summary>
public sealed class RatesTests
{
    private const ulong Seed = 3;

    [Fact]
    public void What_is_asked_for_never_happens_or_often_and_the_replay_says_so()
    {
        var never = FaultRates.Names.Aggregate(Limits.None, static (limits, name) => limits.WithRate($"{name}=0")!);
        Assert.Equal(0, Run(never).Faults);

        var often = never.WithRate("ErrorAfter=0.2")!;
        var faults = Run(often).Coverage.Counts.Keys.Where(static name => name.StartsWith("faults | ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(faults);
        Assert.All(faults, static name => Assert.StartsWith("faults | ErrorAfter | ", name, StringComparison.Ordinal));
        Assert.Equal(["--orders", "2", "--rate", "Freeze=0.25"], (Limits.None with { Orders = 2 }).WithRate("Freeze=0.25")!.Arguments);
    }

    [Theory]
    [InlineData("Rain=0.1")]
    [InlineData("None=0.1")]
    [InlineData("Freeze=2")]
    [InlineData("Freeze=-0.1")]
    [InlineData("Freeze")]
    public void What_is_no_rate_is_refused(string rate) => Assert.Null(Options.Parse(["--rate", rate], seed: null));

    private static RunResult Run(Limits limits)
    {
        RunResult? result = null;
        var thread = new Thread(() => result = SeededRun.Of(Seed, limits)); // a world belongs to its thread
        thread.Start();
        thread.Join();
        return result!;
    }
}
