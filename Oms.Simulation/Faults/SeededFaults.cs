using Oms.Simulation.Schedule;

namespace Oms.Simulation.Faults;

/// <summary>
/// Faults by dice. A limit leaves out all but the first so many: the dice are thrown all the same, so that the rest of the run stays as like as it can,
/// which is how a failing run is made smaller.
/// </summary>
internal sealed class SeededFaults(FaultRates rates, Dice dice, Timeline time, int? limit = null) : FaultPlan
{
    private readonly Dictionary<string, DateTimeOffset> _downUntil = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _throttledUntil = new(StringComparer.Ordinal);

    /// <summary>How many have happened.</summary>
    public int Count { get; private set; }

    public override Fault OfCall(CallPoint call)
    {
        var throwOf = dice.NextDouble();
        if (IsOver)
        {
            return Fault.None;
        }

        if (rates.ArrivesMuchLater && call.Operation == "gateway.Authorise" && throwOf < 0.85)
        {
            // Each repetition, or the money comes in time after all.
            return Counts() ? Fault.Late : Fault.None;
        }

        throwOf /= Weight(call);
        var service = call.Operation[..call.Operation.IndexOf('.', StringComparison.Ordinal)];
        if (_downUntil.TryGetValue(service, out var until) && time.Now < until)
        {
            return Fault.Down;
        }

        if (_throttledUntil.TryGetValue(call.Target, out var busy) && time.Now < busy)
        {
            return Fault.Throttle;
        }

        foreach (var fault in PossibleAt(call))
        {
            throwOf -= rates.Of(fault);
            if (throwOf < 0)
            {
                return Counts() ? Begin(fault, service, call.Target) : Fault.None;
            }
        }

        return Fault.None;
    }

    public override TimeSpan? Lateness(CallPoint call) => rates.ArrivesMuchLater && call.Operation == "gateway.Authorise" ? dice.Between(TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(90)) : null;

    public override TimeSpan Freeze(CallPoint call) => dice.Chance(0.5) ? dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)) : dice.Between(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(3));

    public override bool Happens(Mishap mishap, string where) => dice.Chance(rates.Of(mishap)) && !IsOver && Counts();

    /// <summary>A tick of the clock asks every partition, an order is authorised once: left alike, most faults would fall on what matters least.</summary>
    private static double Weight(CallPoint call) => call.Operation switch
    {
        "dynamodb.PutItem" when call.Function == "payments-inbox" => 6,
        "dynamodb.Query" => 0.1,
        "dynamodb.TransactWriteItems" => 4,
        "dynamodb.UpdateItem" or "sqs.SendMessage" or "sqs.SendMessageBatch" or "sqs.ChangeMessageVisibility" => 3,
        _ when call.Operation.StartsWith("gateway.", StringComparison.Ordinal) => 6,
        _ => 1,
    };

    private bool Counts() => limit is null || Count < limit ? ++Count > 0 : false;

    private Fault Begin(Fault fault, string service, string target)
    {
        if (fault == Fault.Down)
        {
            // Longer than every retry within an invocation; the longest, an hour, is rare, because it is made of the same refusal over and over.
            _downUntil[service] = time.Now + (dice.Chance(0.15) ? dice.Between(TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)) : dice.Between(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(4)));
        }
        else if (fault == Fault.Throttle && dice.Chance(0.3))
        {
            // Longer than one invocation tries: what a handler does when its retries are used up.
            _throttledUntil[target] = time.Now + dice.Between(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15));
        }

        return fault;
    }
}
