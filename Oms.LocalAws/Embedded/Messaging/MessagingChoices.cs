namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>What a distributed messaging service may decide either way; as it stands every message arrives at once, once, and in order.</summary>
public class MessagingChoices
{
    /// <summary>How long SNS takes for a delivery; asked for each copy.</summary>
    public virtual TimeSpan DeliveryDelay(string topic, string queue, string messageId) => TimeSpan.Zero;

    /// <summary>How many copies of a message arrive: both services deliver at least once. The topic is empty for a message that was sent straight to the queue.</summary>
    public virtual int Copies(string topic, string queue, string messageId) => 1;

    /// <summary>Which of so many visible messages the next one received is; standard queues keep no order.</summary>
    public virtual int PickNext(string queue, int visible) => 0;

    /// <summary>Whether the queue's service refuses a delivery for now; SNS then tries again by its retry policy. Attempts count from 1.</summary>
    public virtual bool DeliveryFails(string topic, string queue, string messageId, int attempt) => false;

    /// <summary>Whether a delivery is refused for good (no permission, a deleted queue): it goes to the subscription's dead-letter queue at once.</summary>
    public virtual bool DeliveryRefused(string topic, string queue, string messageId) => false;
}
