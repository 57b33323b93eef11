using Amazon.CDK;
using Amazon.CDK.AWS.SQS;

namespace Oms.Cloud;

/// <summary>The queues that functions consume, each with its dead letters.</summary>
internal static class Inboxes
{
    public static readonly InboxRow[] All =
    [
        new("orders-inbox", "orders-inbox", 20),
        new("payments-inbox", "payments-inbox", 20),
        new("inventory-inbox", "inventory-inbox", 100, MaximumConcurrency: 10), // contention on a hot SKU is not poison
        new("notifications-inbox", "notifications", 20),
    ];

    /// <summary>Fourteen days, in seconds: people have to find the time to look.</summary>
    public const int LongestRetention = 1209600;

    /// <summary>
    /// Twice the time-out of an inbox function. Lambda recommends six times, to spare batches that are throttled a second delivery;
    /// here a second delivery changes nothing, and what a killed invocation held should come back soon. What fails cleanly is made visible again by the function itself.
    /// </summary>
    private const int VisibilityTimeout = 2 * Functions.InboxTimeout;

    public static Dictionary<string, Inbox> Create(Stack stack) => All.ToDictionary(row => row.Name, row =>
    {
        var deadLetters = LastResort(stack, $"{row.Name}-dlq");
        var queue = new CfnQueue(stack, Names.LogicalId($"{row.Name}-queue"), new CfnQueueProps
        {
            QueueName = row.Name,
            VisibilityTimeout = VisibilityTimeout,
            RedrivePolicy = new Dictionary<string, object>
            {
                ["deadLetterTargetArn"] = deadLetters.AttrArn,
                ["maxReceiveCount"] = row.MaxReceiveCount,
            },
        });
        return new Inbox(row, queue, deadLetters, LastResort(stack, $"{row.Name}-undelivered"));
    });

    private static CfnQueue LastResort(Stack stack, string name) => new(stack, Names.LogicalId(name), new CfnQueueProps
    {
        QueueName = name,
        MessageRetentionPeriod = LongestRetention,
    });
}

/// <summary>A queue that a function consumes, where its poison goes, and where its topics put what could not be delivered.</summary>
internal sealed record Inbox(InboxRow Row, CfnQueue Queue, CfnQueue DeadLetters, CfnQueue Undelivered);

/// <param name="Name">Name of the queue.</param>
/// <param name="Function">The function that consumes it.</param>
/// <param name="MaxReceiveCount">After so many attempts a message goes to the dead letters.</param>
/// <param name="MaximumConcurrency">How many invocations at most read it at once; nothing means as many as the account allows.</param>
internal sealed record InboxRow(string Name, string Function, int MaxReceiveCount, int? MaximumConcurrency = null);
