using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.CrashPoints;

/// <summary>Nothing goes wrong but what the play says, and processes die exactly where they are told to, one crash after the other.</summary>
/// <param name="play">What else goes wrong.</param>
/// <param name="crashes">The second is looked for only once the first has happened.</param>
/// <param name="seen">Told of every call, on the caller's own stack, with how many crashes came before it.</param>
internal sealed class PlannedCrashes(Play play, Timeline time, IReadOnlyList<Crash> crashes, Action<CallPoint, int>? seen) : FaultPlan
{
    private readonly DateTimeOffset _start = time.Now;
    private readonly Dictionary<CallPoint, int> _calls = [];

    /// <summary>How many have happened.</summary>
    public int Happened { get; private set; }

    private TimeSpan Elapsed => time.Now - _start;

    public override Fault OfCall(CallPoint call)
    {
        seen?.Invoke(call, Happened);
        var number = _calls[call] = _calls.GetValueOrDefault(call) + 1;
        if (Happened < crashes.Count && crashes[Happened] is var crash && crash.Point == call && crash.Occurrence == number)
        {
            Happened++;
            _calls.Clear();
            return crash.IsAfter ? Fault.CrashAfter : Fault.CrashBefore;
        }

        return play.FaultOf(call, Elapsed);
    }

    public override TimeSpan? Lateness(CallPoint call) => play.Lateness;

    public override bool Happens(Mishap mishap, string where) => play.Happens(mishap, where, Elapsed);
}
