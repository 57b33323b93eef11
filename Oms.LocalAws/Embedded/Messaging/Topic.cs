using Oms.LocalAws.EventSources;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>A standard topic.</summary>
internal sealed record Topic(string Name)
{
    public string DisplayName { get; init; } = "";

    public string Arn => ArnOf(Name);

    public static string ArnOf(string name) => $"arn:aws:sns:{LocalTemplate.Region}:{LocalTemplate.Account}:{name}";
}

/// <summary>A queue's subscription to a topic; the policy is kept as it was written.</summary>
internal sealed record Subscription(string Arn, string TopicArn, string Endpoint)
{
    public bool IsRaw { get; init; }

    public string? FilterPolicy { get; init; }

    public string FilterPolicyScope { get; init; } = FilterPolicies.MessageAttributes;

    public string? RedrivePolicy { get; init; }

    public EventFilter? Filter { get; init; }

    public string? DeadLetterArn { get; init; }

    /// <summary>The queue's name.</summary>
    public string Queue => Endpoint[(Endpoint.LastIndexOf(':') + 1)..];
}

/// <summary>A message on its way from a topic to a queue.</summary>
/// <param name="Attempt">The attempt that is due, from 1.</param>
internal sealed record Delivery(
    DateTimeOffset Due, long Number, string SubscriptionArn, string TopicArn, string MessageId, string Body, IReadOnlyDictionary<string, MessageAttribute> Attributes, int Attempt);
