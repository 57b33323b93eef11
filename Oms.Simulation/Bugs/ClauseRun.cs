using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Oms.LocalAws.Proxy;

namespace Oms.Simulation.Bugs;

/// <summary>
/// Leaves out every clause of every condition in turn, on the wire, and runs seeds until an invariant is broken. Which clauses there are is what the runs send.
/// Each seed is run once as it is: a clause is left out only in seeds in which something hangs on it, which are those where its condition did not hold
/// (an alternative: where it was sent at all). Until then the two runs are the same, so every other seed would end as it did.
/// </summary>
internal sealed class ClauseRun
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly ConcurrentDictionary<ulong, Lazy<Seen>> _clean = new();
    private readonly ConcurrentDictionary<ConditionClause, Found?> _tried = new();
    private readonly Options _options;
    private readonly TextWriter _output;

    private ClauseRun(Options options, TextWriter output)
    {
        _options = options;
        _output = output;
    }

    /// <returns>0 where every clause was found, or skipped; 1 where one was not.</returns>
    public static int Run(Options options, TextWriter output) => new ClauseRun(options, TextWriter.Synchronized(output)).Run();

    private int Run()
    {
        var started = Stopwatch.GetTimestamp();

        // A handful of seeds sends almost all there is; what comes up later is tried too.
        Parallel(Enumerable.Range(0, Math.Min(_options.Seeds, 24)).Select(i => _options.From + (ulong)i), seed => _ = Clean(seed));
        for (List<ConditionClause> open; (open = [.. Known.Where(clause => !_tried.ContainsKey(clause))]).Count > 0;)
        {
            Parallel(open, Try);
        }

        var missed = _tried.Count(entry => entry.Value is null && !IsSkipped(entry.Key));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_tried.Count} clauses, {_tried.Count(static entry => entry.Value is not null)} found, {_tried.Keys.Count(IsSkipped)} skipped, {missed} missed, {_clean.Count} seeds, {seconds:0.0} s"));
        if (_options.Report is { } file)
        {
            var clauses = _tried.OrderBy(static entry => entry.Key.ToString(), StringComparer.Ordinal)
                .Select(entry => new { clause = entry.Key.ToString(), skipped = IsSkipped(entry.Key), seed = entry.Value?.Seed, invariant = entry.Value?.Invariant, violation = entry.Value?.Violation }).ToList();
            File.WriteAllText(file, JsonSerializer.Serialize(new { clauses, seconds = Math.Round(seconds, 1) }, Indented));
        }

        return missed == 0 ? 0 : 1;
    }

    private IEnumerable<ConditionClause> Known => _clean.Values.Where(static seed => seed.IsValueCreated).SelectMany(static seed => seed.Value.Sent).Distinct();

    private bool IsSkipped(ConditionClause clause) => _options.Skipped.Contains(clause.ToString(), StringComparer.Ordinal);

    private void Try(ConditionClause clause)
    {
        Found? found = null;
        for (var i = 0; i < _options.Seeds && found is null && !IsSkipped(clause); i++)
        {
            var seed = _options.From + (ulong)i;
            if ((clause.IsWeaker ? Clean(seed).Refused : Clean(seed).Sent).Contains(clause))
            {
                var result = Without(clause, seed);
                found = result.Holds ? null : new Found(seed, result.Violations[0].Invariant, result.Violations[0].Text);
            }
        }

        _tried[clause] = found;
        _output.WriteLine($"{clause}: {(found is null ? IsSkipped(clause) ? "skipped" : $"not found in {_options.Seeds} seeds" : $"invariant {found.Invariant} at seed {found.Seed}")}");
        _output.Flush();
    }

    /// <summary>The seed as it is.</summary>
    private Seen Clean(ulong seed) => _clean.GetOrAdd(seed, static (seed, run) => new Lazy<Seen>(() => run.Look(seed)), this).Value;

    private Seen Look(ulong seed)
    {
        var seen = new Seen([], []);
        var result = SeededRun.Of(seed, _options.Limits, onTheWay: Watch);
        return result.Holds ? seen : throw new InvalidOperationException($"seed {seed} breaks an invariant with every clause in its place: {result.Violations[0].Text}");

        AwsAnswer Watch(AwsCall call, Func<AwsCall, AwsAnswer> next)
        {
            var answer = next(call);
            seen.Sent.UnionWith(Conditions.Of(call));
            seen.Refused.UnionWith(Conditions.Refused(call, answer));
            return answer;
        }
    }

    private void Parallel<T>(IEnumerable<T> work, Action<T> run) => Workers.Run(_options.Threads, work, run, static () => { }); // every clause has a line of its own

    /// <summary>A run that breaks down is a finding, too.</summary>
    private RunResult Without(ConditionClause clause, ulong seed)
    {
        try
        {
            return SeededRun.Of(seed, _options.Limits, onTheWay: (call, next) => next(Conditions.Without(call, clause)));
        }
#pragma warning disable CA1031 // said as a violation
        catch (Exception broken)
#pragma warning restore CA1031
        {
            return RunResult.Of(broken, seed, _options.Limits);
        }
    }

    private sealed record Seen(HashSet<ConditionClause> Sent, HashSet<ConditionClause> Refused);

    private sealed record Found(ulong Seed, int Invariant, string Violation);
}
