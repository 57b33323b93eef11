namespace Oms.LocalAws.Templates;

/// <summary>One subscription of a queue to a topic; FilterPolicy is its JSON as written, or null for everything.</summary>
public sealed record LocalSubscription(
    string Topic, string Queue, bool RawMessageDelivery, string? FilterPolicy, string FilterPolicyScope, string? DeadLetterQueue);
