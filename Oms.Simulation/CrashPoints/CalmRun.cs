using Oms.Simulation.Checks;
using Oms.Simulation.Cloud;
using Oms.Simulation.Faults;

namespace Oms.Simulation.CrashPoints;

/// <summary>One play, run to its end with the crashes that are asked for, and checked as a seeded run is.</summary>
internal static class CalmRun
{
    /// <summary>A seed whose clocks are right, whose network is quick, and whose schedules tick every ten minutes.</summary>
    private const ulong Seed = 142;

    private static readonly TimeSpan TimeToRest = TimeSpan.FromMinutes(30);

    /// <param name="seen">Told of every call, on the caller's own stack, with how many crashes came before it.</param>
    /// <param name="reader">Reads the trace; null: nobody does.</param>
    public static CalmResult Of(Play play, IReadOnlyList<Crash> crashes, Action<CallPoint, int>? seen = null, Action<string>? reader = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var coverage = new Coverage();
        using var world = new World(Seed, (_, _, time) => new PlannedCrashes(play, time, crashes, seen), coverage, reader, Limits.None.Rates) { MostSteps = play.IsLong ? 20 * World.UsualSteps : World.UsualSteps };
        var checks = new AllChecks(world);
        var stage = new Stage(world);
        var end = world.Time.Now + play.Lasts;
        play.Begin(stage);
        world.Run(end);
        checks.Healed(stage);
        checks.Redrive();
        world.Run(end + TimeToRest);
        checks.AtRest(stage);

        play.Afterwards?.Invoke(stage);
        checks.OnceMore();
        if (play.Expect?.Invoke(stage) is { } missing)
        {
            checks.Require(false, 10, () => missing);
        }

        coverage.Steps = world.Time.Steps;
        return new CalmResult(((PlannedCrashes)world.Plan).Happened, checks.Found, coverage, world.Trace.Sha256);
    }
}

/// <param name="Crashes">How many of those that were asked for have happened.</param>
/// <param name="TraceHash">SHA-256 of the trace.</param>
internal sealed record CalmResult(int Crashes, IReadOnlyList<Violation> Violations, Coverage Coverage, string TraceHash);
