using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.SQS;
using Stack = Amazon.CDK.Stack;

namespace Oms.Cloud;

/// <summary>Lets the topics and clocks that a queue listens to, and nobody else, put messages into it.</summary>
internal static class QueuePolicies
{
    public static void Create(
        Stack stack, Dictionary<string, ServiceResources> services, Dictionary<string, Inbox> inboxes, Dictionary<ClockRow, CfnRule> clocks)
    {
        foreach (var inbox in inboxes.Values)
        {
            var topics = Subscriptions.All.Where(row => row.Inbox == inbox.Row.Name).Select(row => services[row.Service].Topic.Ref).ToArray();
            var ticks = clocks.Where(clock => clock.Key.Inbox == inbox.Row.Name).Select(clock => clock.Value.AttrArn);
            Allow(stack, inbox.Queue,
                [.. topics.Select(topic => Send("sns.amazonaws.com", topic, inbox.Queue)), .. ticks.Select(rule => Send("events.amazonaws.com", rule, inbox.Queue))]);
            Allow(stack, inbox.Undelivered, [.. topics.Select(topic => Send("sns.amazonaws.com", topic, inbox.Undelivered))]);
        }
    }

    private static void Allow(Stack stack, CfnQueue queue, object[] statements)
        => _ = new CfnQueuePolicy(stack, $"{queue.LogicalIdFor()}Policy", new CfnQueuePolicyProps
        {
            Queues = [queue.Ref],
            PolicyDocument = Policy.Document(statements),
        });

    private static Dictionary<string, object> Send(string sender, string source, CfnQueue queue) => new()
    {
        ["Effect"] = "Allow",
        ["Principal"] = new Dictionary<string, object> { ["Service"] = sender },
        ["Action"] = "sqs:SendMessage",
        ["Resource"] = queue.AttrArn,
        ["Condition"] = new Dictionary<string, object> { ["ArnEquals"] = new Dictionary<string, object> { ["aws:SourceArn"] = source } },
    };

    /// <summary>The id under which the construct was made (its LogicalId is a token until synthesis).</summary>
    private static string LogicalIdFor(this CfnQueue queue) => queue.Node.Id;
}
