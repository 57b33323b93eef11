namespace Oms.Simulation.Faults;

/// <summary>Decides what goes wrong. The seeded plan throws dice; a test may name the one call and the one fault that it wants to see.</summary>
internal abstract class FaultPlan
{
    /// <summary>Called once for every outgoing call, in the order in which they are made.</summary>
    public abstract Fault OfCall(CallPoint call);

    /// <summary>How long a freeze lasts.</summary>
    public virtual TimeSpan Freeze(CallPoint call) => TimeSpan.FromSeconds(40);

    /// <summary>How late a call takes effect; null: as the network's dice say.</summary>
    public virtual TimeSpan? Lateness(CallPoint call) => null;

    /// <summary>Whether something of the world itself goes wrong now, such as a message that is delivered twice.</summary>
    /// <param name="mishap">Which; counted under this name.</param>
    /// <param name="where">The queue, topic, table or client.</param>
    public virtual bool Happens(Mishap mishap, string where) => false;

    /// <summary>From now on everything goes well.</summary>
    public bool IsOver { get; private set; }

    public virtual void End() => IsOver = true;

    /// <summary>What can happen to a call of this kind at all.</summary>
    public static IReadOnlyList<Fault> PossibleAt(CallPoint call) => call.Operation switch
    {
        "dynamodb.PutItem" or "dynamodb.UpdateItem" or "dynamodb.TransactWriteItems" => Writes,
        "dynamodb.BatchGetItem" => Batches,
        "sns.PublishBatch" => Publishing,
        "sqs.SendMessageBatch" => Batches,
        _ when call.Operation.StartsWith("gateway.", StringComparison.Ordinal) => Gateway,
        _ => Plain,
    };

    private static readonly Fault[] Plain = [Fault.CrashBefore, Fault.CrashAfter, Fault.Freeze, Fault.Throttle, Fault.ErrorBefore, Fault.ErrorAfter, Fault.ResetBefore, Fault.ResetAfter, Fault.Lost, Fault.AnswerLost, Fault.Late];
    private static readonly Fault[] Writes = [.. Plain, Fault.Conflict];
    private static readonly Fault[] Batches = [.. Plain, Fault.Partial];
    private static readonly Fault[] Publishing = [.. Batches, Fault.Down];
    private static readonly Fault[] Gateway = [.. Plain.Where(static fault => fault != Fault.Throttle), Fault.Down];
}

/// <summary>What the world does that is nobody's call.</summary>
internal enum Mishap
{
    /// <summary>A message arrives twice.</summary>
    Duplicate,

    /// <summary>A message takes long.</summary>
    Delay,

    /// <summary>SNS cannot deliver at once and tries again.</summary>
    DeliveryFails,

    /// <summary>SNS cannot deliver at all: the message goes to the subscription's dead-letter queue.</summary>
    DeliveryRefused,

    /// <summary>Another than the oldest message is received.</summary>
    Reorder,

    /// <summary>A batch is smaller than it could be.</summary>
    Split,

    /// <summary>A queue is not read for a while: its messages gather, and come together.</summary>
    Stall,

    /// <summary>What was handled is not deleted, and comes again.</summary>
    NotDeleted,

    /// <summary>A stream is read again from an earlier place.</summary>
    ReRead,

    /// <summary>A failed batch of a stream comes in halves.</summary>
    Bisect,

    /// <summary>A write reaches the index late.</summary>
    IndexLag,

    /// <summary>The clock ticks twice.</summary>
    TickTwice,

    /// <summary>The clock's tick comes late.</summary>
    TickLate,

    /// <summary>A message that nobody can read is put into a queue.</summary>
    Poison,

    /// <summary>A client's request gets lost.</summary>
    RequestLost,

    /// <summary>The answer to a client gets lost.</summary>
    ResponseLost,

    /// <summary>A process starts with a clock that is wrong.</summary>
    Skew,

    /// <summary>A process is replaced by a new one between two invocations.</summary>
    Recycle,
}
