using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Oms.Simulation;

/// <summary>Runs many seeds, each on a thread of its own while it lasts, counts what they reached, and makes the first failing one smaller.</summary>
internal sealed class ManySeeds
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly Lock _gate = new();
    private readonly Options _options;
    private readonly Coverage _coverage = new();
    private readonly List<RunResult> _failures = [];
    private readonly SortedDictionary<ulong, string> _traces = [];

    private int _done;
    private int _violations;

    private ManySeeds(Options options) => _options = options;

    public static int Run(Options options, TextWriter output) => new ManySeeds(options).Run(output);

    private int Run(TextWriter output)
    {
        var started = Stopwatch.GetTimestamp();
        Workers.Run(_options.Threads, Enumerable.Range(0, _options.Seeds).Select(i => _options.From + (ulong)i), One, () =>
        {
            output.WriteLine(Line(started));
            output.Flush();
        });
        output.WriteLine(Line(started));
        foreach (var failure in _failures.OrderBy(static failure => failure.Seed).Take(1))
        {
            Explain(failure, output);
        }

        if (_options.Report is { } file)
        {
            File.WriteAllText(file, JsonSerializer.Serialize(
                new
                {
                    seeds = _done,
                    steps = _coverage.Steps,
                    faults = _coverage.Faults,
                    violations = _violations,
                    failures = _failures.OrderBy(static failure => failure.Seed).Select(static failure => new { seed = failure.Seed, broken = failure.Violations.Select(static violation => $"{violation.Invariant}: {violation.Text}") }).ToList(),
                    seconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1),
                    counts = _coverage.Counts,
                    traces = _traces,
                },
                Indented));
        }

        return _violations == 0 ? 0 : 1;
    }

    private void One(ulong seed)
    {
        var result = Of(seed);
        lock (_gate)
        {
            _done++;
            _coverage.Merge(result.Coverage);
            _traces.Add(seed, result.TraceHash);
            if (!result.Holds)
            {
                _violations += result.Violations.Count;
                _failures.Add(result);
            }
        }
    }

    private RunResult Of(ulong seed)
    {
        try
        {
            return SeededRun.Of(seed, _options.Limits);
        }
        catch (Exception broken)
        {
            throw new InvalidOperationException($"seed {seed} could not be run to its end", broken);
        }
    }

    private string Line(long started)
    {
        lock (_gate)
        {
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            return string.Create(CultureInfo.InvariantCulture, $"{_done} of {_options.Seeds} seeds, {_coverage.Steps} steps, {_coverage.Faults} faults, {_failures.Count} failing, {seconds:0} s, {_done / Math.Max(seconds, 0.001):0.0} seeds/s");
        }
    }

    private static void Explain(RunResult failure, TextWriter output)
    {
        output.WriteLine($"seed {failure.Seed} fails:");
        foreach (var violation in failure.Violations.Take(5))
        {
            output.WriteLine($"  invariant {violation.Invariant}: {violation.Text}");
        }

        RunResult? smallest = null;
        var shrinking = new Thread(() => smallest = Shrinking.Shrink(failure, limits => SeededRun.Of(failure.Seed, limits)));
        shrinking.Start();
        shrinking.Join();
        var limits = smallest!.Limits;
        output.WriteLine($"smallest run that fails alike: {limits.Orders ?? smallest.Orders} orders, {smallest.Faults} faults:");
        foreach (var violation in smallest.Violations.Take(5))
        {
            output.WriteLine($"  invariant {violation.Invariant}: {violation.Text}");
        }

        output.WriteLine($"replay: OMS_SEED={failure.Seed} dotnet run --project Oms.Simulation -- {string.Join(' ', limits.Arguments)}");
    }
}
