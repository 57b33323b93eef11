using System.Globalization;
using System.Text.Json.Nodes;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Topology;

/// <summary>Queues as the template says; an existing one gets the template's attributes.</summary>
internal static class QueueCreation
{
    public static async Task<IReadOnlySet<string>> ExistingAsync(BackendCalls calls, CancellationToken cancel)
    {
        var answer = await calls.SqsAsync("ListQueues", new JsonObject { ["MaxResults"] = 1000 }, cancel);
        return (answer["QueueUrls"]?.AsArray() ?? [])
            .Select(url => url!.GetValue<string>())
            .Select(url => url[(url.LastIndexOf('/') + 1)..])
            .ToHashSet(StringComparer.Ordinal);
    }

    public static async Task EnsureAsync(BackendCalls calls, LocalQueue queue, CancellationToken cancel)
    {
        // Without attributes: CreateQueue refuses an existing queue with other ones, SetQueueAttributes changes it.
        var created = await calls.SqsAsync("CreateQueue", new JsonObject { ["QueueName"] = queue.Name }, cancel);
        await calls.SqsAsync(
            "SetQueueAttributes",
            new JsonObject { ["QueueUrl"] = created["QueueUrl"]!.GetValue<string>(), ["Attributes"] = Attributes(queue) },
            cancel);
    }

    private static JsonObject Attributes(LocalQueue queue)
    {
        var attributes = new JsonObject
        {
            ["VisibilityTimeout"] = Seconds(queue.VisibilityTimeout),
            ["MessageRetentionPeriod"] = Seconds(queue.RetentionPeriod),
            ["DelaySeconds"] = Seconds(queue.Delay),
        };
        if (queue.Redrive is { } redrive)
        {
            attributes["RedrivePolicy"] = new JsonObject
            {
                ["deadLetterTargetArn"] = $"arn:aws:sqs:{LocalTemplate.Region}:{LocalTemplate.Account}:{redrive.DeadLetterQueue}",
                ["maxReceiveCount"] = redrive.MaxReceiveCount,
            }.ToJsonString();
        }

        return attributes;
    }

    private static string Seconds(TimeSpan span) => ((long)span.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
