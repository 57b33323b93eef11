using System.Globalization;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>All that SNS and SQS know. Ids come from its counter, so that the same calls at the same times make the same state.</summary>
internal sealed class MessagingState
{
    public SortedDictionary<string, MessageQueue> Queues { get; } = new(StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public SortedDictionary<string, Topic> Topics { get; } = new(StringComparer.Ordinal);

    /// <summary>In the order in which they were made.</summary>
    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>What SNS has yet to deliver.</summary>
    public SortedSet<Delivery> Deliveries { get; } = new(Comparer<Delivery>.Create((a, b) => a.Due.CompareTo(b.Due) is var order and not 0 ? order : a.Number.CompareTo(b.Number)));

    public List<MoveTask> MoveTasks { get; } = [];

    /// <summary>The last number given to anything: messages, receipts, subscriptions, deliveries, tasks.</summary>
    public long LastNumber { get; set; }

    /// <summary>Raised by every change that a call makes and by every delivery of SNS; not by what a queue shows, hides or drops when its time has come.</summary>
    public long Version { get; private set; }

    public long NextNumber() => ++LastNumber;

    public void Changed() => Version++;

    /// <summary>An id of the form that AWS gives, unique among those of messages, subscriptions and tasks; the ids of requests are counted for themselves.</summary>
    public string NextId() => Id(NextNumber());

    public static string Id(long number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:x12}");

    public MessageQueue Queue(string name) => Queues.GetValueOrDefault(name) ?? throw MessagingException.QueueDoesNotExist();
}

/// <summary>Messages that StartMessageMoveTask has moved.</summary>
internal sealed record MoveTask(string Handle, string SourceArn, string? DestinationArn, long Moved, DateTimeOffset Started);
