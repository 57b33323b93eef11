using System.Diagnostics.Metrics;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Lambda;

/// <summary>Counters named as CloudWatch names them, by function, and kept for the health page as well.</summary>
internal sealed class LambdaMetrics : IDisposable
{
    private readonly System.Diagnostics.Metrics.Meter _meter = new("Oms.LocalAws.Lambda");
    private readonly Dictionary<string, Tally> _tallies;
    private readonly Counter<long> _invocations;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _timeouts;
    private readonly Counter<long> _throttles;
    private readonly Histogram<double> _duration;

    public LambdaMetrics(IEnumerable<string> functions)
    {
        _tallies = functions.ToDictionary(f => f, _ => new Tally());
        _invocations = _meter.CreateCounter<long>("lambda.invocations");
        _errors = _meter.CreateCounter<long>("lambda.errors");
        _timeouts = _meter.CreateCounter<long>("lambda.timeouts");
        _throttles = _meter.CreateCounter<long>("lambda.throttles");
        _duration = _meter.CreateHistogram<double>("lambda.duration", "ms");
    }

    public Tally Of(string function) => _tallies[function];

    public void Ended(string function, InvocationResult result, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("function", function);
        var tally = _tallies[function];
        if (result is InvocationResult.Throttled)
        {
            Interlocked.Increment(ref tally.Throttles);
            _throttles.Add(1, tag);
            return;
        }

        Interlocked.Increment(ref tally.Invocations);
        _invocations.Add(1, tag);
        _duration.Record(duration.TotalMilliseconds, tag);
        if (result is not InvocationResult.Failed failed) return;

        Interlocked.Increment(ref tally.Errors);
        _errors.Add(1, tag);
        if (failed.Kind == FunctionErrorKind.WorkerCrashed) Interlocked.Increment(ref tally.Crashes);
        if (failed.Kind != FunctionErrorKind.Timeout) return;

        Interlocked.Increment(ref tally.Timeouts);
        _timeouts.Add(1, tag);
    }

    public void Dispose() => _meter.Dispose();

    internal sealed class Tally
    {
        public long Invocations;
        public long Errors;
        public long Timeouts;
        public long Crashes;
        public long Throttles;
    }
}
