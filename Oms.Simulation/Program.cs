using Oms.Simulation.CrashPoints;

namespace Oms.Simulation;

/// <summary>
/// <code>
/// dotnet run --project Oms.Simulation -- --seeds 100000        many seeds, with progress; the first failing one is made smaller and reported
/// OMS_SEED=17 dotnet run --project Oms.Simulation              one seed, with its trace
/// dotnet run --project Oms.Simulation -- crash-points          a crash before and after every call of every handler
/// </code>
/// Options: --from SEED (1), --threads N (2), --orders N and --faults N (leave out all but the first so many), --report FILE (counts as JSON).
/// Ends with 0 where every invariant held, 1 where one was broken, 2 where the command makes no sense.
/// </summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        if (args is ["crash-points", .. var rest])
        {
            if (CrashPointOptions.Parse(rest) is { } crashes)
            {
                return new CrashPointRuns(crashes, Console.Out).Run();
            }

            Console.Error.WriteLine("usage: crash-points [--threads N] [--report FILE] [--long yes] [--pairs MINUTES] [--run NUMBER(b|a)[,NUMBER(b|a)]]");
            return 2;
        }

        if (Options.Parse(args, Environment.GetEnvironmentVariable("OMS_SEED")) is not { } options)
        {
            Console.Error.WriteLine("usage: [--seeds N] [--from SEED] [--threads N] [--seed SEED] [--orders N] [--faults N] [--report FILE]; OMS_SEED=SEED replays one seed and prints its trace");
            return 2;
        }

        return options.Seed is { } seed ? Replay(seed, options) : ManySeeds.Run(options, Console.Out);
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
