using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.CrashPoints;

/// <summary>Every point, crashed before and after; on demand also every pair. Progress is shown, what fails is told with the command that replays it.</summary>
internal sealed class CrashPointRuns(CrashPointOptions options, TextWriter output)
{
    private const int MostExplained = 5;

    private static readonly bool[] BeforeAndAfter = [false, true];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly Lock _gate = new();
    private readonly List<(string Run, Outcome Outcome)> _failures = [];
    private readonly IReadOnlyList<Play> _plays = options.Long ? Plays.All : [.. Plays.All.Where(static play => !play.IsLong)];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Coverage _coverage = new();
    private Exception? _broken;

    /// <summary>What did not hold: how to run it again, and how it ended.</summary>
    public IReadOnlyList<(string Run, Outcome Outcome)> Failures => _failures;

    /// <summary>Why not all could be run; null: they were.</summary>
    public Exception? Broken => _broken;

    /// <returns>0 where everything held, 1 where something did not.</returns>
    public int Run()
    {
        var recording = Record();
        if (options.Run is { } run)
        {
            return Replay(recording, run);
        }

        foreach (var calm in recording.Outcomes.Where(static calm => !calm.Holds))
        {
            _failures.Add(("calm", calm));
        }

        var points = recording.Points;
        output.WriteLine($"{_plays.Count} plays reach {points.Count} points; {CallSites.OfServices.All.Count - recording.Unreached.Count} of {CallSites.OfServices.All.Count} call sites");
        List<(string Run, Play Play, Crash[] Crashes)> singles = [.. points.SelectMany(static (point, index) => BeforeAndAfter.Select(after =>
            (Name(index, after), point.Play, (Crash[])[new Crash(point.Point, 1, after)])))];
        var ended = Work(singles, "crashes", until: null);
        var held = ended.Where(static outcome => outcome.Value.Holds).Select(static outcome => outcome.Value.Crashes[0].Point).GroupBy(static point => point).Count(static both => both.Count() == 2);
        var (pairs, pairsOf) = options.PairMinutes is { } minutes ? Pairs(ended, TimeSpan.FromMinutes(minutes)) : (0, 0);
        Explain();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{held} of {points.Count} points survive a crash before and after; {pairs} of {pairsOf} pairs run; {_failures.Count} failing; {Stopwatch.GetElapsedTime(_started).TotalSeconds:0} s"));
        Report(recording, held, pairs, pairsOf);
        return _failures.Count == 0 && _broken is null ? 0 : 1;
    }

    private Recording Record()
    {
        // A world belongs to its thread.
        Recording? recording = null;
        var thread = new Thread(() => recording = Recording.Of(_plays, options.FirstOfRun ?? int.MaxValue, (outcome, points) =>
        {
            Count(outcome);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\"{outcome.Play.Name}\" reaches {points} new points in {outcome.Result.Coverage.Steps} steps; {Stopwatch.GetElapsedTime(_started).TotalSeconds:0.0} s"));
        }));
        thread.Start();
        thread.Join();
        return recording ?? throw new InvalidOperationException("the plays could not be recorded");
    }

    private (int Run, int Of) Pairs(Dictionary<string, Outcome> singles, TimeSpan time)
    {
        List<(string Run, Play Play, Crash[] Crashes)> pairs = [.. singles.Where(static single => single.Value.Holds).SelectMany(static single => single.Value.Continuation.SelectMany((point, index) => BeforeAndAfter.Select(after =>
            ($"{single.Key},{Name(index, after)}", single.Value.Play, (Crash[])[.. single.Value.Crashes, new Crash(point, 1, after)]))))];

        // Shuffled, so that a run that is ended early has seen some of everything.
        var dice = new Dice(1, "pairs");
        for (var i = pairs.Count - 1; i > 0; i--)
        {
            var other = dice.Next(i + 1);
            (pairs[i], pairs[other]) = (pairs[other], pairs[i]);
        }

        return (Work(pairs, "pairs", time).Count, pairs.Count);
    }

    /// <param name="until">Nothing new is begun after this; null: all is done.</param>
    private Dictionary<string, Outcome> Work(List<(string Run, Play Play, Crash[] Crashes)> runs, string what, TimeSpan? until)
    {
        var ended = new Dictionary<string, Outcome>(StringComparer.Ordinal);
        var started = Stopwatch.GetTimestamp();
        var open = new Queue<(string Run, Play Play, Crash[] Crashes)>(runs);
        try
        {
            Workers.Run(options.Threads, Take, Line);
        }
#pragma warning disable CA1031 // explained and reported with everything else
        catch (Exception broken)
#pragma warning restore CA1031
        {
            _broken = broken;
        }

        Line();
        return ended;

        Action? Take() => (until is null || Stopwatch.GetElapsedTime(started) < until) && open.TryDequeue(out var run) ? () => One(run.Run, run.Play, run.Crashes) : null;

        void One(string name, Play play, Crash[] crashes)
        {
            var outcome = Outcome.Of(play, crashes);
            lock (_gate)
            {
                ended[name] = what == "pairs" ? outcome with { Continuation = [] } : outcome;
                Count(outcome);
                if (!outcome.Holds)
                {
                    _failures.Add((name, outcome));
                }
            }
        }

        void Line()
        {
            lock (_gate)
            {
                var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ended.Count} of {runs.Count} {what}, {_coverage.Steps} steps, {_failures.Count} failing, {seconds:0} s, {ended.Count / Math.Max(seconds, 0.001):0.0} runs/s"));
                output.Flush();
            }
        }
    }

    private void Count(Outcome outcome) => _coverage.Merge(outcome.Result.Coverage);

    private void Explain()
    {
        if (_broken is { } broken)
        {
            output.WriteLine(broken);
        }

        foreach (var (run, outcome) in _failures.Take(MostExplained))
        {
            output.WriteLine($"\"{outcome.Play.Name}\", a crash {string.Join(", then ", outcome.Crashes.Select(static crash => crash.ToString()).DefaultIfEmpty("nowhere"))}:");
            foreach (var fault in outcome.Faults.Take(5))
            {
                output.WriteLine($"  {fault}");
            }

            output.WriteLine($"replay: dotnet run --project Oms.Simulation -- crash-points --run {run}");
        }
    }

    private void Report(Recording recording, int held, int pairs, int pairsOf)
    {
        if (options.Report is not { } file)
        {
            return;
        }

        File.WriteAllText(file, JsonSerializer.Serialize(
            new
            {
                points = recording.Points.Count,
                held,
                covered = recording.Points.Count == 0 ? 0 : (double)held / recording.Points.Count,
                pairs,
                pairsOf,
                steps = _coverage.Steps,
                failures = _failures.Select(static failure => new { run = failure.Run, play = failure.Outcome.Play.Name, broken = failure.Outcome.Faults }).ToList(),
                broken = _broken?.ToString(),
                counts = _coverage.Counts,
                callSites = CallSites.OfServices.All,
                unreached = recording.Unreached,
                reached = recording.Points.Select(static (point, index) => $"{index + 1} {point.Point} | {point.Play.Name}").ToList(),
                seconds = Math.Round(Stopwatch.GetElapsedTime(_started).TotalSeconds, 1),
            },
            Indented));
    }

    private int Replay(Recording recording, string run)
    {
        var crashes = new List<Crash>();
        var points = recording.Points.Select(static point => point.Point).ToList();
        Play? play = null;
        foreach (var name in run.Split(','))
        {
            if (name.Length < 2 || name[^1] is not ('a' or 'b') || !int.TryParse(name.AsSpan(0, name.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > points.Count)
            {
                output.WriteLine($"there is no point {name}; they are 1 to {points.Count}, with b for before and a for after");
                return 2;
            }

            play ??= recording.Points[number - 1].Play;
            crashes.Add(new Crash(points[number - 1], 1, name[^1] == 'a'));
            points = [.. OnThread(() => Outcome.Of(play, [.. crashes])).Continuation];
        }

        var outcome = OnThread(() => Outcome.Of(play!, crashes, output.Write));
        output.WriteLine();
        output.WriteLine($"\"{play!.Name}\", a crash {string.Join(", then ", crashes)}: {outcome.Result.Coverage.Steps} steps, {outcome.Result.Violations.Count} violations, trace {outcome.Result.TraceHash}");
        foreach (var fault in outcome.Faults)
        {
            output.WriteLine(fault);
        }

        return outcome.Holds ? 0 : 1;
    }

    private static Outcome OnThread(Func<Outcome> run)
    {
        Outcome? outcome = null;
        Workers.Run(1, [run], one => outcome = one(), static () => { });
        return outcome!;
    }

    private static string Name(int index, bool isAfter) => string.Create(CultureInfo.InvariantCulture, $"{index + 1}{(isAfter ? 'a' : 'b')}");
}
