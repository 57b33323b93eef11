using Oms.Simulation.Faults;

namespace Oms.Simulation.CrashPoints;

/// <summary>One small scenario without chance: what clients do, and what goes wrong by the script.</summary>
/// <param name="Name">For the reader.</param>
/// <param name="Lasts">After this much virtual time everything has come to rest.</param>
/// <param name="Begin">Plans what clients do.</param>
internal sealed record Play(string Name, TimeSpan Lasts, Action<Stage> Begin)
{
    /// <summary>Only where somebody has time.</summary>
    public bool IsLong { get; init; }

    /// <summary>What goes wrong with a call, by the time since the start.</summary>
    public Func<CallPoint, TimeSpan, Fault> FaultOf { get; init; } = static (_, _) => Fault.None;

    /// <summary>What goes wrong in the world, by where and by the time since the start.</summary>
    public Func<Mishap, string, TimeSpan, bool> Happens { get; init; } = static (_, _, _) => false;

    /// <summary>How late <see cref="Fault.Late"/> is.</summary>
    public TimeSpan Lateness { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Done when everything was checked and before the streams are read again.</summary>
    public Action<Stage>? Afterwards { get; init; }

    /// <summary>What must hold at the very end, beside everything else.</summary>
    public Func<Stage, string?>? Expect { get; init; }
}
