namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>One message in one queue. Whoever changes VisibleAt takes it out of its queue's sets before and puts it back after.</summary>
internal sealed class StoredMessage
{
    /// <summary>In the order of arrival; no two messages of an engine have the same.</summary>
    public required long Number { get; init; }

    public required string Id { get; init; }

    public required string Body { get; init; }

    public required IReadOnlyDictionary<string, MessageAttribute> Attributes { get; init; }

    public required DateTimeOffset Sent { get; init; }

    public string? TraceHeader { get; init; }

    /// <summary>The queue that it came from, once it is a dead letter.</summary>
    public string? DeadLetterSource { get; init; }

    public int Receives { get; set; }

    public DateTimeOffset? FirstReceived { get; set; }

    public DateTimeOffset VisibleAt { get; set; }

    public bool IsInFlight { get; set; }

    /// <summary>What the receipt handle of the last receive ends with.</summary>
    public long Receipt { get; set; }
}
