using Oms.Simulation.Cloud;
using Oms.Simulation.Scenario;

namespace Oms.Simulation.Checks;

/// <summary>Dead letters, and that whatever comes once more changes nothing: every dead letter is driven back, every stream is read from its start.</summary>
internal sealed class DeadLetterChecks(World world, Violations violations)
{
    /// <summary>No record was put aside.</summary>
    public void CheckQuarantines()
    {
        foreach (var queue in world.Blueprint.Quarantines)
        {
            violations.Require(world.Messages(queue).Count == 0, 10, () => $"{queue} holds {world.Named(world.Messages(queue)[0].Body)}");
        }
    }

    /// <summary>Only what was poisoned on purpose lies in dead-letter queues, and no event is still on its way.</summary>
    public void CheckQueues()
    {
        foreach (var (queue, body) in Lying())
        {
            violations.Require(false, 10, () => $"{queue} holds {world.Named(body)}, which can be handled");
        }

        foreach (var source in world.Queues)
        {
            var left = world.Messages(source.Queue).FirstOrDefault(static message => !Poison.Is(message.Body) && message.Body.Contains("\"id\":", StringComparison.Ordinal));
            violations.Require(left is null, 10, () => $"{source.Queue} still holds {world.Named(left!.Body)}");
        }
    }

    /// <summary>An operator drives every dead letter back into its queue, and throws away what nobody can read.</summary>
    public void Redrive()
    {
        var back = world.Blueprint.Template.Queues.Where(static queue => queue.Redrive is not null).Select(static queue => (From: queue.Redrive!.DeadLetterQueue, To: queue.Name))
            .Concat(world.Blueprint.Template.Subscriptions.Where(static subscription => subscription.DeadLetterQueue is not null).Select(static subscription => (From: subscription.DeadLetterQueue!, To: subscription.Queue)))
            .DistinctBy(static way => way.From).ToDictionary(static way => way.From, static way => way.To, StringComparer.Ordinal);
        var letters = Lying().ToList();
        foreach (var queue in world.Blueprint.DeadLetterQueues.Where(queue => world.Messages(queue).Count > 0))
        {
            world.PurgeQueue("operator", queue);
        }

        foreach (var (queue, body) in letters)
        {
            world.Trace.Line(queue, $"is driven back: {world.Named(body)}");
            world.Coverage.Final("dead letter", queue);
            world.SendMessage("operator", back[queue], body);
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
