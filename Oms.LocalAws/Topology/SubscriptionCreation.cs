using System.Text.Json.Nodes;
using System.Xml.Linq;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Topology;

/// <summary>Subscriptions as the template says; one that exists differently is made anew, those of other queues are left alone.</summary>
internal static class SubscriptionCreation
{
    public static Task EnsureTopicAsync(BackendCalls calls, LocalTopic topic, CancellationToken cancel) =>
        calls.SnsAsync("CreateTopic", [KeyValuePair.Create("Name", topic.Name)], cancel);

    public static async Task EnsureAsync(BackendCalls calls, LocalTemplate template, LocalSubscription subscription, CancellationToken cancel)
    {
        var topic = template.Topic(subscription.Topic).Arn;
        var queue = template.Queue(subscription.Queue).Arn;
        var wanted = Attributes(template, subscription);
        if (await FindAsync(calls, topic, queue, cancel) is { } existing)
        {
            if (Same(wanted, await AttributesAsync(calls, existing, cancel)))
                return;
            await calls.SnsAsync("Unsubscribe", [KeyValuePair.Create("SubscriptionArn", existing)], cancel);
        }

        await calls.SnsAsync(
            "Subscribe",
            [
                KeyValuePair.Create("TopicArn", topic),
                KeyValuePair.Create("Protocol", "sqs"),
                KeyValuePair.Create("Endpoint", queue),
                KeyValuePair.Create("ReturnSubscriptionArn", "true"),
                .. wanted.SelectMany((attribute, i) => new[]
                {
                    KeyValuePair.Create($"Attributes.entry.{i + 1}.key", attribute.Key),
                    KeyValuePair.Create($"Attributes.entry.{i + 1}.value", attribute.Value),
                }),
            ],
            cancel);
    }

    private static Dictionary<string, string> Attributes(LocalTemplate template, LocalSubscription subscription)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["RawMessageDelivery"] = subscription.RawMessageDelivery ? "true" : "false",
        };
        if (subscription.FilterPolicy is { } filter)
        {
            attributes["FilterPolicyScope"] = subscription.FilterPolicyScope;
            attributes["FilterPolicy"] = filter;
        }

        if (subscription.DeadLetterQueue is { } undelivered)
            attributes["RedrivePolicy"] = new JsonObject { ["deadLetterTargetArn"] = template.Queue(undelivered).Arn }.ToJsonString();
        return attributes;
    }

    private static bool Same(Dictionary<string, string> wanted, Dictionary<string, string> found) =>
        wanted.All(w => found.TryGetValue(w.Key, out var value) && value == w.Value)
        && found.ContainsKey("FilterPolicy") == wanted.ContainsKey("FilterPolicy")
        && found.ContainsKey("RedrivePolicy") == wanted.ContainsKey("RedrivePolicy");

    private static async Task<string?> FindAsync(BackendCalls calls, string topic, string queue, CancellationToken cancel)
    {
        string? next = null;
        do
        {
            var page = await calls.SnsAsync(
                "ListSubscriptionsByTopic",
                [KeyValuePair.Create("TopicArn", topic), .. next is null ? Array.Empty<KeyValuePair<string, string>>() : [KeyValuePair.Create("NextToken", next)]],
                cancel);
            foreach (var member in page.Descendants().Where(e => e.Name.LocalName == "member"))
            {
                if (Value(member, "Endpoint") == queue)
                    return Value(member, "SubscriptionArn");
            }

            next = page.Descendants().FirstOrDefault(e => e.Name.LocalName == "NextToken")?.Value;
        }
        while (!string.IsNullOrEmpty(next));
        return null;
    }

    private static async Task<Dictionary<string, string>> AttributesAsync(BackendCalls calls, string subscription, CancellationToken cancel)
    {
        var answer = await calls.SnsAsync("GetSubscriptionAttributes", [KeyValuePair.Create("SubscriptionArn", subscription)], cancel);
        return answer.Descendants().Where(e => e.Name.LocalName == "entry")
            .ToDictionary(e => Value(e, "key"), e => Value(e, "value"), StringComparer.Ordinal);
    }

    private static string Value(XElement parent, string name) => parent.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value ?? "";
}
