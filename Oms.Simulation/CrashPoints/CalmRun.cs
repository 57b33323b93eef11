using Oms.Simulation.Checks;
using Oms.Simulation.Cloud;
using Oms.Simulation.Faults;
using Oms.Simulation.Scenario;

namespace Oms.Simulation.CrashPoints;

/// <summary>One play, run to its end with the crashes that are asked for, and checked as a seeded run is.</summary>
internal static class CalmRun
{
    /// <summary>A seed whose clocks are right, whose network is quick, and whose schedules tick every ten minutes: each tick asks 64 partitions.</summary>
    private const ulong Seed = 142;

    private static readonly TimeSpan TimeToRest = TimeSpan.FromMinutes(30);

    /// <param name="seen">Told of every call, on the caller's own stack, with how many crashes came before it.</param>
    /// <param name="reader">Reads the trace; null: nobody does.</param>
    public static CalmResult Of(Play play, IReadOnlyList<Crash> crashes, Action<CallPoint, int>? seen = null, Action<string>? reader = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var coverage = new Coverage();
        using var world = new World(Seed, (_, _, time) => new PlannedCrashes(play, time, crashes, seen), coverage, reader);
        var violations = new Violations(world.Trace);
        var commits = new CommitChecks(world, violations);
        var deliveries = new DeliveryChecks(world, violations, commits);
        world.AfterCommit = () => commits.Check(world.Tables.TakeCommit());
        var letters = new DeadLetterChecks(world, violations, new Poison(world));
        var stage = new Stage(world);
        var end = world.Time.Now + play.Lasts;
        play.Begin(stage);
        world.Run(end);
        deliveries.Check();
        letters.Redrive();
        world.Run(end + TimeToRest);
        deliveries.Check();
        violations.Require(stage.Open == 0, 10, () => $"{stage.Open} requests were never answered");
        new EndChecks(world, stage, violations, commits).Check();
        deliveries.CheckComplete();
        letters.Check();

        play.Afterwards?.Invoke(stage);
        var before = letters.Snapshot();
        letters.Redrive();
        letters.ReplayStreams();
        world.Run(world.Time.Now + TimeSpan.FromMinutes(3));
        deliveries.Check();
        letters.RequireSame(before, letters.Snapshot());
        if (play.Expect?.Invoke(stage) is { } missing)
        {
            violations.Require(false, 10, () => missing);
        }

        coverage.Steps = world.Time.Steps;
        return new CalmResult(((PlannedCrashes)world.Plan).Happened, violations.Found, coverage, world.Trace.Sha256);
    }
}

/// <param name="Crashes">How many of those that were asked for have happened.</param>
/// <param name="TraceHash">SHA-256 of the trace.</param>
internal sealed record CalmResult(int Crashes, IReadOnlyList<Violation> Violations, Coverage Coverage, string TraceHash);
