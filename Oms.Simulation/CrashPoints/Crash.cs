using Oms.Simulation.Faults;

namespace Oms.Simulation.CrashPoints;

/// <summary>One process dies at one call.</summary>
/// <param name="Occurrence">The how-manieth call at this point, from 1; after another crash, from there on.</param>
/// <param name="IsAfter">False: before the call takes effect. True: it takes effect, and nobody hears so.</param>
internal sealed record Crash(CallPoint Point, int Occurrence, bool IsAfter)
{
    public override string ToString() => $"{(IsAfter ? "after" : "before")} {Point}{(Occurrence == 1 ? "" : $" (number {Occurrence})")}";
}
