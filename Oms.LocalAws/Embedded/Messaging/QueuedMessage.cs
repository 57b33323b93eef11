namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>A message as it lies in a queue, visible or not.</summary>
/// <param name="Id">The message id, which copies of one message share.</param>
/// <param name="Body">The body as a receiver gets it.</param>
/// <param name="Attributes">The message attributes' values; those of binary ones in Base64.</param>
/// <param name="ReceiveCount">How often it was received.</param>
/// <param name="SentAt">When it was sent to its first queue.</param>
/// <param name="VisibleAt">From when on it can be received.</param>
/// <param name="IsInFlight">Received, and neither deleted nor visible again.</param>
public sealed record QueuedMessage(
    string Id, string Body, IReadOnlyDictionary<string, string> Attributes, int ReceiveCount, DateTimeOffset SentAt, DateTimeOffset VisibleAt, bool IsInFlight);
