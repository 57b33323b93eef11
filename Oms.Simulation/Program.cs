using Oms.Simulation.Bugs;
using Oms.Simulation.Cloud;
using Oms.Simulation.CrashPoints;
using Oms.Simulation.Faults;
using Oms.Simulation.Versions;

namespace Oms.Simulation;

/// <summary>
/// <code>
/// dotnet run --project Oms.Simulation -- --seeds 100000        many seeds, with progress; the first failing one is made smaller and reported
/// OMS_SEED=17 dotnet run --project Oms.Simulation              one seed, with its trace
/// dotnet run --project Oms.Simulation -- crash-points          a crash before and after every call of every handler
/// dotnet run --project Oms.Simulation -- --bug FILE            a patch is applied to a copy of what ships, and plays, seeds and crash points are run until an invariant is broken; several, each by itself
/// dotnet run --project Oms.Simulation -- --beside FILE         seeds with two versions of the services at once: as they are, and with a patch applied (or those of a revision of git)
/// dotnet run --project Oms.Simulation -- --clauses 500         every clause of every condition is left out in turn, until an invariant is broken
/// </code>
/// Options: --from SEED (1), --threads N (2), --orders N and --faults N (leave out all but the first so many), --rate NAME=FRACTION (how often a fault happens, in place of what the seed draws), --report FILE (counts as JSON).
/// Ends with 0 where every invariant held, 1 where one was broken, 2 where the command makes no sense.
/// With --bug it ends with 0 where the bug was found, 1 where it was not (500 seeds, unless told otherwise), 3 where the patch does not apply, 4 where it does not compile.
/// </summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        WithoutMetrics.Register();
        if (args is ["crash-points", .. var rest])
        {
            if (CrashPointOptions.Parse(rest) is { } crashes)
            {
                return crashes.Bug is { } patched ? Try(() => BugRun.CrashPoints(patched, crashes, Console.Out)) : new CrashPointRuns(crashes, Console.Out).Run();
            }

            Console.Error.WriteLine("usage: crash-points [--threads N] [--report FILE] [--long yes] [--pairs MINUTES] [--run NUMBER(b|a)[,NUMBER(b|a)]] [--bug PATCH]");
            return 2;
        }

        if (Options.Parse(args, Environment.GetEnvironmentVariable("OMS_SEED")) is not { } options)
        {
            Console.Error.WriteLine("usage: [--seeds N] [--from SEED] [--threads N] [--seed SEED] [--orders N] [--faults N] [--rate NAME=FRACTION] [--report FILE] [--bug PATCH]... [--beside PATCH|REVISION] [--clauses N [--skip CLAUSE]]; OMS_SEED=SEED replays one seed and prints its trace");
            Console.Error.WriteLine($"names of rates: {string.Join(", ", FaultRates.Names)}");
            return 2;
        }

        if (options.Bugs.Count > 0)
        {
            return Try(() => BugRun.Run(options, Console.Out));
        }

        if (options.Clauses)
        {
            return ClauseRun.Run(options, Console.Out);
        }

        return options.Beside is { } beside ? Try(() => WithBeside(beside, options)) : Run(options);
    }

    private static int WithBeside(string beside, Options options)
    {
        if (options.Built is { } built)
        {
            return Run(options with { Limits = options.Limits with { Beside = OtherVersion.Load(beside, built, VersionBuild.IsNewer(beside)) } });
        }

        var folder = VersionBuild.NewFolder();
        try
        {
            return Run(options with { Limits = options.Limits with { Beside = VersionBuild.Load(beside, folder, Console.Out) } });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Run(Options options)
    {
        return options.Seed is { } seed ? Replay(seed, options) : options.First is { } patch ? FirstViolation.Run(options, patch, Console.Out) : ManySeeds.Run(options, Console.Out);
    }

    private static int Try(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (BugException refused)
        {
            Console.Error.WriteLine(refused.Message);
            return refused.ExitCode;
        }
    }

    private static int Replay(ulong seed, Options options)
    {
        var result = SeededRun.Of(seed, options.Limits, reader: Console.Out.Write);
        Console.WriteLine();
        Console.WriteLine($"seed {seed}: {result.Coverage.Steps} steps, {result.Coverage.Faults} faults, {result.Violations.Count} violations, trace {result.TraceHash}");
        foreach (var violation in result.Violations)
        {
            Console.WriteLine($"invariant {violation.Invariant}: {violation.Text}");
        }

        return result.Holds ? 0 : 1;
    }
}
