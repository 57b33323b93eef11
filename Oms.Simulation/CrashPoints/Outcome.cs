using Oms.Simulation.Faults;

namespace Oms.Simulation.CrashPoints;

/// <summary>How one run of a play ended.</summary>
/// <param name="Crashes">Those that were asked for.</param>
/// <param name="Continuation">The points that were reached after the last of them.</param>
internal sealed record Outcome(Play Play, IReadOnlyList<Crash> Crashes, CalmResult Result, IReadOnlyList<CallPoint> Continuation)
{
    /// <summary>Every crash happened, and every invariant holds.</summary>
    public bool Holds => Result.Crashes == Crashes.Count && Result.Violations.Count == 0;

    public IEnumerable<string> Faults => Result.Violations.Select(static violation => $"invariant {violation.Invariant}: {violation.Text}")
        .Concat(Result.Crashes == Crashes.Count ? [] : [$"only {Result.Crashes} of {Crashes.Count} crashes happened: the run is not what was recorded"]);

    /// <summary>Runs a play with crashes, and writes down what is reached after the last.</summary>
    public static Outcome Of(Play play, IReadOnlyList<Crash> crashes, Action<string>? reader = null)
    {
        var seen = new Dictionary<CallPoint, bool>();
        var continuation = new List<CallPoint>();
        var result = CalmRun.Of(
            play,
            crashes,
            (point, before) =>
            {
                if (before == crashes.Count && seen.TryAdd(point, true))
                {
                    continuation.Add(point);
                }
            },
            reader);
        return new Outcome(play, crashes, result, continuation);
    }
}
