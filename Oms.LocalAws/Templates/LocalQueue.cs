namespace Oms.LocalAws.Templates;

/// <summary>One SQS queue; Redrive names the dead-letter queue and the number of receives that leads there.</summary>
public sealed record LocalQueue(
    string Name,
    TimeSpan VisibilityTimeout,
    TimeSpan RetentionPeriod,
    TimeSpan Delay,
    LocalRedrive? Redrive,
    IReadOnlyList<QueueGrant> Grants)
{
    public string Arn => $"arn:aws:sqs:{LocalTemplate.Region}:{LocalTemplate.Account}:{Name}";
}

public sealed record LocalRedrive(string DeadLetterQueue, int MaxReceiveCount);

/// <summary>What a queue policy allows: a service principal to send, for the source ARNs of its condition (none: any source).</summary>
public sealed record QueueGrant(string Service, IReadOnlyList<string> SourceArns);
