namespace Oms.Simulation.Faults;

/// <summary>What may go wrong with one outgoing call of one process.</summary>
internal enum Fault
{
    None,

    /// <summary>The process dies before the call takes effect.</summary>
    CrashBefore,

    /// <summary>The call takes effect, and the process dies before it hears so.</summary>
    CrashAfter,

    /// <summary>The call takes effect, and the process is frozen when the answer comes: it goes on much later with what it knew.</summary>
    Freeze,

    /// <summary>Refused without effect: too many requests.</summary>
    Throttle,

    /// <summary>Refused without effect: another transaction holds the item.</summary>
    Conflict,

    /// <summary>500, and nothing has happened.</summary>
    ErrorBefore,

    /// <summary>500, though it has happened.</summary>
    ErrorAfter,

    /// <summary>The connection breaks, and nothing has happened.</summary>
    ResetBefore,

    /// <summary>The connection breaks, though it has happened.</summary>
    ResetAfter,

    /// <summary>No answer ever comes, and nothing has happened.</summary>
    Lost,

    /// <summary>It happens, and no answer ever comes.</summary>
    AnswerLost,

    /// <summary>The caller has given up long before it happens.</summary>
    Late,

    /// <summary>Of a batch only a part is taken; the rest is named in the answer.</summary>
    Partial,

    /// <summary>The service is down for a while: 503, and nothing has happened.</summary>
    Down,
}
