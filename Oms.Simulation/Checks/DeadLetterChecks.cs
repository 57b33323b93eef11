using Oms.Simulation.Cloud;
using Oms.Simulation.Scenario;

namespace Oms.Simulation.Checks;

/// <summary>Dead letters, and that whatever comes once more changes nothing: every dead letter is driven back, every stream is read from its start.</summary>
internal sealed class DeadLetterChecks(World world, Violations violations, Poison poison)
{
    public int DeadLetters { get; private set; }

    /// <summary>Only what was poisoned on purpose lies in dead-letter queues and quarantines, and nothing lies in any other queue.</summary>
    public void Check()
    {
        foreach (var queue in world.Blueprint.Quarantines)
        {
            violations.Require(world.Messages(queue).Count == 0, 10, () => $"{queue} holds {world.Named(world.Messages(queue)[0].Body)}");
        }

        foreach (var (queue, body) in Lying())
        {
            DeadLetters++;
            world.Coverage.Final("dead letter", queue);
            violations.Require(world.Coverage.Faults > 0, 10, () => $"{queue} holds {world.Named(body)}, though nothing went wrong");
        }
    }

    /// <summary>Drives every dead letter back into its queue, once.</summary>
    public void Redrive()
    {
        var back = world.Blueprint.Template.Queues.Where(static queue => queue.Redrive is not null).Select(static queue => (From: queue.Redrive!.DeadLetterQueue, To: queue.Name))
            .Concat(world.Blueprint.Template.Subscriptions.Where(static subscription => subscription.DeadLetterQueue is not null).Select(static subscription => (From: subscription.DeadLetterQueue!, To: subscription.Queue)))
            .DistinctBy(static way => way.From).ToDictionary(static way => way.From, static way => way.To, StringComparer.Ordinal);
        foreach (var (queue, body) in Lying().ToList())
        {
            world.Trace.Line(queue, $"is driven back: {world.Named(body)}");
            poison.Send(back[queue], body);
        }
    }

    public void ReplayStreams()
    {
        world.Trace.Line("world", "every stream is read again from its start");
        foreach (var stream in world.Streams)
        {
            stream.Replay();
        }
    }

    /// <summary>What must not change any more.</summary>
    public IReadOnlyList<string> Snapshot()
    {
        var lines = new List<string>();
        foreach (var (key, item) in world.Tables.All)
        {
            lines.Add(OrderHead.Is(key.Table, item) ? $"order {key.Partition} {new OrderHead(item).State} {string.Join(' ', new OrderHead(item).Reasons)}"
                : PaymentHead.Is(key.Table, item) ? $"payment {key.Partition} {new PaymentHead(item).State}"
                : ReservationHead.Is(key.Table, item) ? $"reservation {key.Partition} {new ReservationHead(item).Status} {new ReservationHead(item).PartsTaken}"
                : $"{key.Partition} {key.Sort} {item.Number("onHand")} {item.Number("reserved")}");
        }

        lines.Sort(StringComparer.Ordinal);
        lines.Add($"gateway {world.Gateway.Ledger.Count}");
        return lines;
    }

    public void RequireSame(IReadOnlyList<string> before, IReadOnlyList<string> after) => violations.Require(
        before.SequenceEqual(after, StringComparer.Ordinal),
        11,
        () => $"what came once more changed {string.Join("; ", before.Except(after, StringComparer.Ordinal).Take(4).Select(world.Named))} into {string.Join("; ", after.Except(before, StringComparer.Ordinal).Take(4).Select(world.Named))}");

    private IEnumerable<(string Queue, string Body)> Lying() =>
        world.Blueprint.DeadLetterQueues.SelectMany(queue => world.Messages(queue).Where(static message => !Poison.Is(message.Body)).Select(message => (queue, message.Body)));
}
