using System.Collections.Immutable;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>All state of the messaging engine, for a file.</summary>
internal sealed record MessagingSnapshot(
    long LastNumber,
    IReadOnlyList<QueueSnapshot> Queues,
    IReadOnlyList<Topic> Topics,
    IReadOnlyList<SubscriptionSnapshot> Subscriptions,
    IReadOnlyList<Delivery> Deliveries,
    IReadOnlyList<MoveTask> MoveTasks)
{
    public static MessagingSnapshot Of(MessagingState state) => new(
        state.LastNumber,
        [.. state.Queues.Values.Select(q => new QueueSnapshot(q.Name, q.Created, q.Changed, q.Purged, q.Settings, q.Tags.ToDictionary(StringComparer.Ordinal), [.. q.Messages.OrderBy(m => m.Number)]))],
        [.. state.Topics.Values],
        [.. state.Subscriptions.Select(s => new SubscriptionSnapshot(s.Arn, s.TopicArn, s.Endpoint, s.IsRaw, s.FilterPolicyScope, s.FilterPolicy, s.RedrivePolicy))],
        [.. state.Deliveries],
        [.. state.MoveTasks]);

    /// <summary>Into an engine that has no state yet.</summary>
    public void Restore(MessagingState state, DateTimeOffset now)
    {
        state.LastNumber = LastNumber;
        foreach (var saved in Queues)
        {
            var queue = new MessageQueue(saved.Name, saved.Created)
            {
                Changed = saved.Changed,
                Purged = saved.Purged,
                Settings = saved.Settings,
                Tags = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, saved.Tags),
            };
            foreach (var message in saved.Messages) queue.Add(message, now);
            state.Queues.Add(queue.Name, queue);
        }

        foreach (var topic in Topics) state.Topics.Add(topic.Name, topic);
        foreach (var saved in Subscriptions)
        {
            state.Subscriptions.Add(SnsSubscriptions.With(
                SnsSubscriptions.With(
                    new Subscription(saved.Arn, saved.TopicArn, saved.Endpoint) { IsRaw = saved.IsRaw, FilterPolicyScope = saved.FilterPolicyScope }, "FilterPolicy", saved.FilterPolicy ?? ""),
                "RedrivePolicy",
                saved.RedrivePolicy ?? ""));
        }

        foreach (var delivery in Deliveries) state.Deliveries.Add(delivery);
        state.MoveTasks.AddRange(MoveTasks);
    }
}

internal sealed record QueueSnapshot(
    string Name, DateTimeOffset Created, DateTimeOffset Changed, DateTimeOffset? Purged, QueueSettings Settings, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<StoredMessage> Messages);

internal sealed record SubscriptionSnapshot(string Arn, string TopicArn, string Endpoint, bool IsRaw, string FilterPolicyScope, string? FilterPolicy, string? RedrivePolicy);
