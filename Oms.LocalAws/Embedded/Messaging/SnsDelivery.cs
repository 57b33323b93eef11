namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// Brings published messages to the subscribed queues: filters, retries, dead letters.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html, https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
/// </summary>
internal sealed class SnsDelivery(MessagingState state, MessagingChoices choices, SqsMessages queues)
{
    private const int MostRawAttributes = 10;

    // Of endpoints that AWS manages: 3 attempts at once, 2 a second apart, 10 backing off from 1 to 20 s, 100,000 every 20 s.
    private const int AtOnce = 3;
    private const int BeforeBackoff = 2;
    private const int Backoff = 10;
    private const int AfterBackoff = 100_000;
    private const int MostAttempts = AtOnce + BeforeBackoff + Backoff + AfterBackoff;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public DateTimeOffset? NextDue => state.Deliveries.Min?.Due;

    public void Deliver(Topic topic, Notification notification, DateTimeOffset now)
    {
        foreach (var subscription in state.Subscriptions.Where(s => s.TopicArn == topic.Arn && FilterPolicies.Matches(s, notification.Message, notification.Attributes)))
        {
            var copies = choices.Copies(topic.Name, subscription.Queue, notification.Id);
            for (var i = 0; i < copies; i++)
            {
                var due = now + choices.DeliveryDelay(topic.Name, subscription.Queue, notification.Id);
                state.Deliveries.Add(new Delivery(
                    due, state.NextNumber(), subscription.Arn, topic.Arn, notification.Id,
                    subscription.IsRaw ? notification.Message : notification.Envelope(subscription.Arn),
                    subscription.IsRaw ? notification.Attributes : new Dictionary<string, MessageAttribute>(StringComparer.Ordinal),
                    1));
            }
        }

        Advance(now);
    }

    /// <summary>Delivers what is due by now, each at its own time.</summary>
    public void Advance(DateTimeOffset now)
    {
        while (state.Deliveries.Min is { } next && next.Due <= now)
        {
            state.Deliveries.Remove(next);
            if (state.Subscriptions.Find(s => s.Arn == next.SubscriptionArn) is { } subscription) Attempt(next, subscription);
        }
    }

    /// <summary>The pause after so many failed attempts, or null when there is none after them.</summary>
    internal static TimeSpan? Pause(int failed) => failed switch
    {
        < AtOnce => TimeSpan.Zero,
        < AtOnce + BeforeBackoff => TimeSpan.FromSeconds(1),
        < AtOnce + BeforeBackoff + Backoff => TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, 1 << (failed - AtOnce - BeforeBackoff))),
        < MostAttempts => Longest,
        _ => null,
    };

    private void Attempt(Delivery delivery, Subscription subscription)
    {
        var topic = delivery.TopicArn[(delivery.TopicArn.LastIndexOf(':') + 1)..];
        // A missing queue and too many attributes of a raw message are the client's errors, which are not tried again.
        if (!state.Queues.TryGetValue(subscription.Queue, out var queue)
            || delivery.Attributes.Count > MostRawAttributes
            || choices.DeliveryRefused(topic, subscription.Queue, delivery.MessageId))
        {
            DeadLetterOrDrop(delivery, subscription);
        }
        else if (!choices.DeliveryFails(topic, queue.Name, delivery.MessageId, delivery.Attempt))
        {
            Put(queue, delivery);
        }
        else if (Pause(delivery.Attempt) is { } pause)
        {
            state.Deliveries.Add(delivery with { Due = delivery.Due + pause, Attempt = delivery.Attempt + 1 });
        }
        else
        {
            DeadLetterOrDrop(delivery, subscription);
        }
    }

    /// <summary>Without a dead-letter queue, or when that is missing too, SNS drops the message.</summary>
    private void DeadLetterOrDrop(Delivery delivery, Subscription subscription)
    {
        if (subscription.DeadLetterArn is { } arn && state.Queues.TryGetValue(arn[(arn.LastIndexOf(':') + 1)..], out var dead)) Put(dead, delivery);
    }

    private void Put(MessageQueue queue, Delivery delivery)
    {
        var topic = delivery.TopicArn[(delivery.TopicArn.LastIndexOf(':') + 1)..];
        queues.Put(queue, topic, state.NextId(), delivery.Body, delivery.Attributes, TimeSpan.FromSeconds(queue.Settings.DelaySeconds), delivery.Due);
    }
}
