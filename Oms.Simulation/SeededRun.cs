using Oms.LocalAws.Proxy;
using Oms.Simulation.Checks;
using Oms.Simulation.Cloud;
using Oms.Simulation.Faults;
using Oms.Simulation.Scenario;
using Oms.Simulation.Schedule;

namespace Oms.Simulation;

/// <summary>
/// One run: the whole system under one number.
/// <para>
/// <b>How it is built.</b> <see cref="World"/> is the system: DynamoDB, SNS and SQS as LocalAws's engines, the functions of the committed template as <see cref="Instance"/>s
/// (the services' own <c>Program.RoleOf</c> with the real AWS clients), event sources, schedules and the HTTP API as small models. Everything happens on one thread, one step of the
/// <see cref="Timeline"/> after the other. Every HTTP call of every process ends in <see cref="Network"/>, which parks it twice: before its effect and before its answer; the continuation
/// of the caller runs inside the step that answers it. <see cref="FaultPlan"/> says what goes wrong with each call (<see cref="FaultPlan.OfCall"/>) and in the world around
/// (<see cref="FaultPlan.Happens"/>): <see cref="SeededFaults"/> throws dice, a test may give a plan of its own.
/// <see cref="Business"/> is who uses the system: what clients mean, send and hear is written down in <see cref="PlannedOrder"/>.
/// </para>
/// <para>
/// <b>What is checked</b> is in <see cref="AllChecks"/>. The checks read what clients recorded, raw items, queues and the gateway's ledger, and nothing of the services.
/// </para>
/// <para>
/// <b>One run:</b> business and faults; faults stop and four hours pass, at the end of which dead letters are driven back; checks; everything comes once more; checks again.
/// </para>
/// </summary>
internal static class SeededRun
{
    private static readonly TimeSpan TimeToRest = TimeSpan.FromHours(4);

    /// <summary>What heals by itself has done so by then; the rest is an operator's.</summary>
    private static readonly TimeSpan TimeToRedrive = TimeSpan.FromMinutes(30);

    /// <summary>Where money comes late, faults go on until nobody waits for it any more.</summary>
    private static readonly TimeSpan PastPaymentDeadlines = TimeSpan.FromMinutes(45);

    /// <summary>Deadlines of payments and reservations are hours away: some runs last until they have passed.</summary>
    private static readonly TimeSpan TimeToExpire = TimeSpan.FromHours(14);

    /// <summary>Runs one seed to its end.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="limits">What is left out, to make a failing run smaller, and how often things go wrong where that is not left to the dice.</param>
    /// <param name="planOf">Null: faults by the seed's dice.</param>
    /// <param name="reader">Reads the trace; null: nobody does.</param>
    /// <param name="onTheWay">Stands between the processes and AWS, and may change calls; null: they arrive as they were sent.</param>
    public static RunResult Of(ulong seed, Limits limits, Func<FaultRates, Dice, Timeline, FaultPlan>? planOf = null, Action<string>? reader = null, Func<AwsCall, Func<AwsCall, AwsAnswer>, AwsAnswer>? onTheWay = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var coverage = new Coverage();
        using var world = new World(seed, planOf ?? ((rates, dice, time) => new SeededFaults(rates, dice, time, limits.Faults)), coverage, reader, limits.Rates, limits.Beside) { OnTheWay = onTheWay };
        var checks = new AllChecks(world);
        var business = new Business(world, limits.Orders);
        var poison = new Poison(world);
        var end = world.Time.Now + business.Start();
        poison.Start(new Dice(seed, "poison"), TimeSpan.FromMinutes(10));
        var operators = new Dice(seed, "redrive");
        if (operators.Chance(0.5))
        {
            world.Time.After(operators.Between(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(20)), checks.Redrive);
        }

        end += new Dice(seed, "phase").Between(TimeSpan.Zero, TimeSpan.FromMinutes(20));
        end += world.Rates.ArrivesMuchLater ? PastPaymentDeadlines : TimeSpan.Zero;
        world.Run(end);
        world.CalmDown();
        var rest = new Dice(seed, "rest").Chance(0.04) ? TimeToExpire : TimeToRest;
        world.Run(end + rest - TimeToRedrive);
        checks.Healed(business);
        checks.Redrive();
        world.Run(end + rest);
        checks.AtRest(business);
        checks.OnceMore();
        coverage.Steps = world.Time.Steps;
        return new RunResult(seed, limits, checks.Found, world.Trace.Sha256, coverage, (world.Plan as SeededFaults)?.Count ?? 0, business.Orders.Count);
    }
}

/// <param name="TraceHash">SHA-256 of the trace: the same seed has the same, in every process.</param>
/// <param name="Faults">How many the dice threw.</param>
/// <param name="Orders">How many were planned.</param>
internal sealed record RunResult(ulong Seed, Limits Limits, IReadOnlyList<Violation> Violations, string TraceHash, Coverage Coverage, int Faults, int Orders)
{
    public bool Holds => Violations.Count == 0;

    /// <summary>The play that was run in place of a seed.</summary>
    public string? Play { get; init; }

    /// <summary>The crash in that play, as crash points name it.</summary>
    public string? Crash { get; init; }

    /// <summary>A run that could not be brought to its end holds nothing: a check met what it does not know, or the schedule was left. No invariant has that number.</summary>
    public static RunResult Of(Exception broken, ulong seed, Limits limits) =>
        new(seed, limits, [new Violation(0, $"the run could not be brought to its end: {broken}")], "", new Coverage(), 0, 0);
}
