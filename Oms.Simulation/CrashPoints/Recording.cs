using Oms.Simulation.Faults;

namespace Oms.Simulation.CrashPoints;

/// <summary>What the plays call when nobody dies: the points, each with the first play that reaches it, and the call sites by which they were reached.</summary>
internal sealed class Recording
{
    /// <summary>The same call again comes by the same way, or by one of few: looking at a stack is slow.</summary>
    private const int StacksPerPoint = 3;

    private readonly Dictionary<CallPoint, Play> _points = [];
    private readonly HashSet<string> _sites = new(StringComparer.Ordinal);

    private Recording()
    {
    }

    /// <summary>In the order in which they were reached.</summary>
    public IReadOnlyList<(Play Play, CallPoint Point)> Points => [.. _points.Select(static point => (point.Value, point.Key))];

    /// <summary>Call sites that no play reaches.</summary>
    public IReadOnlyList<string> Unreached => [.. CallSites.OfServices.All.Where(site => !_sites.Contains(site))];

    public List<Outcome> Outcomes { get; } = [];

    /// <param name="plays">What is played.</param>
    /// <param name="enough">No play is begun any more when so many points have been reached.</param>
    /// <param name="tell">Told of every play that has ended, and how many new points it has reached.</param>
    public static Recording Of(IReadOnlyList<Play> plays, int enough, Action<Outcome, int> tell)
    {
        var recording = new Recording();
        foreach (var play in plays.TakeWhile(_ => recording._points.Count < enough))
        {
            var before = recording._points.Count;
            var stacks = new Dictionary<CallPoint, int>();
            var result = CalmRun.Of(play, [], (point, _) =>
            {
                recording._points.TryAdd(point, play);
                if ((stacks[point] = stacks.GetValueOrDefault(point) + 1) <= StacksPerPoint)
                {
                    recording._sites.UnionWith(CallSites.OfServices.OnStack());
                }
            });
            var outcome = new Outcome(play, [], result, []);
            recording.Outcomes.Add(outcome);
            tell(outcome, recording._points.Count - before);
        }

        return recording;
    }
}
