using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Oms.Simulation.Checks;
using Oms.Simulation.CrashPoints;

namespace Oms.Simulation;

/// <summary>Runs seeds in their order until one breaks an invariant. On several threads the answer is the same: the lowest seed that does, and only when all below it have held.</summary>
internal sealed class FirstViolation(ulong from, int seeds, int threads, Func<ulong, RunResult> run)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly Lock _gate = new();
    private RunResult? _found;
    private ulong _taken;
    private int _done;

    /// <summary>The program's way: says what was found, and how to see it again.</summary>
    /// <returns>1 where an invariant is broken, 0 where all held.</returns>
    public static int Run(Options options, string bug, TextWriter output)
    {
        var started = Stopwatch.GetTimestamp();
        var name = Path.GetFileNameWithoutExtension(bug);
        var seeds = new FirstViolation(options.From, options.Seeds, options.Threads, seed => SeededRun.Of(seed, options.Limits));

        // Plays know one version only.
        var found = options.Beside is not null ? seeds.Run(output.WriteLine) : OfPlays(areLong: false) ?? seeds.Run(output.WriteLine) ?? OfPlays(areLong: true) ?? OfCrashes(options, output);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (options.Report is { } file)
        {
            File.WriteAllText(file, JsonSerializer.Serialize(new { found = found is not null, seed = found is { Play: null } ? found.Seed : (ulong?)null, play = found?.Play, crash = found?.Crash, invariants = found?.Violations.Select(static violation => violation.Invariant).Distinct().ToList(), violation = found?.Violations[0].Text, seconds = Math.Round(seconds, 1) }, Indented));
        }

        if (found is null)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} not found: every invariant held in {options.Seeds} seeds, in the plays and at every crash point, {seconds:0.0} s"));
            return 0;
        }

        var where = found.Play is { } play ? $"in the play \"{play}\"{(found.Crash is { } at ? $", with the crash {at}" : "")}" : string.Create(CultureInfo.InvariantCulture, $"at seed {found.Seed}, after {found.Seed - options.From + 1} seeds");
        List<string> lines = [string.Create(CultureInfo.InvariantCulture, $"{name} found: invariant {found.Violations[0].Invariant} is broken {where}, {seconds:0.0} s")];
        lines.AddRange(found.Violations.Take(5).Select(static violation => $"  invariant {violation.Invariant}: {violation.Text}"));
        if (found.Crash is { } crash)
        {
            lines.Add($"replay: dotnet run --project Oms.Simulation -- crash-points --bug {bug} --run {crash}");
        }
        else if (found.Play is null)
        {
            lines.Add($"replay: OMS_SEED={found.Seed} dotnet run --project Oms.Simulation -- {string.Join(' ', (string[])["--bug", bug, .. options.Limits.Arguments])}");
        }

        // At once: another bug may be tried beside it.
        output.WriteLine(string.Join(Environment.NewLine, lines));
        return 1;
    }

    /// <summary>The plays of the crash points, without crashes: what needs hours, a hundred lines or a script is in no seed.</summary>
    private static RunResult? OfPlays(bool areLong)
    {
        RunResult? found = null;
        var stage = new Thread(() => found = Plays.All.Where(play => play.IsLong == areLong).Select(OfPlay).FirstOrDefault(static result => !result.Holds));
        stage.Start();
        stage.Join();
        return found;
    }

    /// <summary>Every play once more, with a crash before and after every call.</summary>
    private static RunResult? OfCrashes(Options options, TextWriter output)
    {
        var runs = new CrashPointRuns(new CrashPointOptions { Threads = options.Threads }, output);
        return runs.Run() == 0 ? null
            : runs.Failures is [var (run, outcome), ..] ? Of(outcome) with { Crash = run }
            : RunResult.Of(runs.Broken!, 0, Limits.None) with { Play = "one of the crash points" };
    }

    private static RunResult Of(Outcome outcome) => Of(outcome.Play, outcome.Result) with
    {
        Violations = [.. outcome.Result.Violations.DefaultIfEmpty(new Violation(0, string.Join("; ", outcome.Faults)))],
    };

    private static RunResult Of(Play play, CalmResult result) => new(0, Limits.None, result.Violations, result.TraceHash, result.Coverage, 0, 0) { Play = play.Name };

    private static RunResult OfPlay(Play play)
    {
        try
        {
            return Of(play, CalmRun.Of(play, []));
        }
#pragma warning disable CA1031 // said as a violation
        catch (Exception broken)
#pragma warning restore CA1031
        {
            return RunResult.Of(broken, 0, Limits.None) with { Play = play.Name };
        }
    }

    /// <param name="say">Told every few seconds how far it is.</param>
    /// <returns>The first run with violations, or that could not be brought to its end; null: none.</returns>
    public RunResult? Run(Action<string> say)
    {
        Workers.Run(threads, Take, () =>
        {
            lock (_gate)
            {
                say($"{_done} of {seeds} seeds");
            }
        });
        return _found;
    }

    private void One(ulong seed)
    {
        var result = Of(seed);
        lock (_gate)
        {
            _done++;
            if (!result.Holds && (_found is null || seed < _found.Seed))
            {
                _found = result;
            }
        }
    }

    private RunResult Of(ulong seed)
    {
        try
        {
            return run(seed);
        }
#pragma warning disable CA1031 // said as a violation
        catch (Exception broken)
#pragma warning restore CA1031
        {
            return RunResult.Of(broken, seed, Limits.None);
        }
    }

    private Action? Take()
    {
        lock (_gate)
        {
            var seed = from + _taken;
            if (_taken >= (ulong)seeds || (_found is not null && _found.Seed < seed))
            {
                return null;
            }

            _taken++;
            return () => One(seed);
        }
    }
}
