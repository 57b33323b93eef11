using System.Text.Json;
using System.Xml.Linq;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// The operations of SNS on subscriptions; only queues can subscribe here.
/// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html, https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
/// </summary>
internal sealed class SnsSubscriptions(MessagingState state, SnsTopics topics)
{
    public XElement Subscribe(SnsParameters call)
    {
        call.Only("TopicArn", "Protocol", "Endpoint", "Attributes.", "ReturnSubscriptionArn");
        var topic = topics.Find(call.Required("TopicArn"));
        var protocol = call.Required("Protocol");
        if (protocol is "http" or "https" or "email" or "email-json" or "sms" or "lambda" or "firehose" or "application")
            throw MessagingException.Unsupported(AwsService.Sns, $"subscriptions with the protocol {protocol}");
        if (protocol != "sqs") throw MessagingException.Invalid($"Amazon SNS does not support this protocol string: {protocol}");
        var endpoint = call.Required("Endpoint");
        if (!endpoint.StartsWith(MessageQueue.ArnOf(""), StringComparison.Ordinal)) throw MessagingException.Invalid("SQS endpoint ARN");

        // The scope first: the policy is read in it.
        var given = call.Entries("Attributes").OrderBy(a => a.Key != "FilterPolicyScope").ToList();
        var made = given.Aggregate(new Subscription("", topic.Arn, endpoint), (subscription, attribute) => With(subscription, attribute.Key, attribute.Value));
        if (state.Subscriptions.Find(s => s.TopicArn == topic.Arn && s.Endpoint == endpoint) is { } existing)
        {
            if (given.Exists(a => Value(existing, a.Key) != Value(made, a.Key))) throw MessagingException.Invalid("Attributes Reason: Subscription already exists with different attributes");
            made = existing;
        }
        else
        {
            made = made with { Arn = $"{topic.Arn}:{state.NextId()}" };
            state.Subscriptions.Add(made);
            state.Changed();
        }

        return SnsAnswer.Element("SubscribeResult", SnsAnswer.Element("SubscriptionArn", made.Arn));
    }

    public void Unsubscribe(SnsParameters call)
    {
        call.Only("SubscriptionArn");
        state.Subscriptions.Remove(Find(call));
        state.Changed();
    }

    public XElement List(SnsParameters call)
    {
        call.Only("NextToken");
        return List("ListSubscriptionsResult", state.Subscriptions, call);
    }

    public XElement ListByTopic(SnsParameters call)
    {
        call.Only("TopicArn", "NextToken");
        var topic = topics.Find(call.Required("TopicArn"));
        return List("ListSubscriptionsByTopicResult", state.Subscriptions.Where(s => s.TopicArn == topic.Arn), call);
    }

    public XElement GetAttributes(SnsParameters call)
    {
        call.Only("SubscriptionArn");
        var subscription = Find(call);
        var attributes = new List<KeyValuePair<string, string>>
        {
            new("SubscriptionArn", subscription.Arn),
            new("TopicArn", subscription.TopicArn),
            new("Protocol", "sqs"),
            new("Endpoint", subscription.Endpoint),
            new("Owner", LocalTemplate.Account),
            new("ConfirmationWasAuthenticated", "true"),
            new("PendingConfirmation", "false"),
        };
        foreach (var name in (string[])["RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"])
        {
            if (Value(subscription, name) is { } value && (name != "FilterPolicyScope" || subscription.FilterPolicy is not null)) attributes.Add(new(name, value));
        }

        return SnsAnswer.Element("GetSubscriptionAttributesResult", SnsAnswer.Entries("Attributes", attributes));
    }

    public void SetAttributes(SnsParameters call)
    {
        call.Only("SubscriptionArn", "AttributeName", "AttributeValue");
        var old = Find(call);
        var changed = With(old, call.Required("AttributeName"), call.Text("AttributeValue") ?? "");
        state.Subscriptions[state.Subscriptions.IndexOf(old)] = changed;
        state.Changed();
    }

    public static Subscription With(Subscription subscription, string name, string value) => name switch
    {
        "RawMessageDelivery" when value is "true" or "false" => subscription with { IsRaw = value == "true" },
        "RawMessageDelivery" => throw MessagingException.Invalid($"Attributes Reason: RawMessageDelivery: Invalid value [{value}]. Must be true or false."),
        "FilterPolicy" when value is "" or "{}" => subscription with { FilterPolicy = null, Filter = null },
        "FilterPolicy" => subscription with { FilterPolicy = value, Filter = FilterPolicies.Parse(value, subscription.FilterPolicyScope) },
        "FilterPolicyScope" when value is FilterPolicies.MessageAttributes or FilterPolicies.MessageBody =>
            subscription with { FilterPolicyScope = value, Filter = subscription.FilterPolicy is { } policy ? FilterPolicies.Parse(policy, value) : null },
        "FilterPolicyScope" => throw MessagingException.Invalid($"FilterPolicyScope: Invalid value [{value}]. Please use either MessageBody or MessageAttributes"),
        "RedrivePolicy" when value.Length == 0 => subscription with { RedrivePolicy = null, DeadLetterArn = null },
        "RedrivePolicy" => subscription with { RedrivePolicy = value, DeadLetterArn = DeadLetterArn(value) },
        "DeliveryPolicy" or "SubscriptionRoleArn" or "ReplayPolicy" => throw MessagingException.Unsupported(AwsService.Sns, $"the subscription attribute {name}"),
        _ => throw MessagingException.Invalid("AttributeName"),
    };

    private static string DeadLetterArn(string policy)
    {
        try
        {
            using var json = JsonDocument.Parse(policy);
            return json.RootElement.GetProperty("deadLetterTargetArn").GetString() is { } arn && arn.StartsWith(MessageQueue.ArnOf(""), StringComparison.Ordinal)
                ? arn
                : throw MessagingException.Invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn");
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw MessagingException.Invalid("RedrivePolicy: failed to parse JSON.");
        }
    }

    private static string? Value(Subscription subscription, string name) => name switch
    {
        "RawMessageDelivery" => subscription.IsRaw ? "true" : "false",
        "FilterPolicy" => subscription.FilterPolicy,
        "FilterPolicyScope" => subscription.FilterPolicyScope,
        "RedrivePolicy" => subscription.RedrivePolicy,
        _ => null,
    };

    private static XElement List(string result, IEnumerable<Subscription> subscriptions, SnsParameters call)
    {
        var (page, next) = SnsTopics.Page(subscriptions, s => s.Arn, call.Text("NextToken"));
        var members = page.Select(s => SnsAnswer.Element(
            "Subscription",
            SnsAnswer.Element("TopicArn", s.TopicArn),
            SnsAnswer.Element("Protocol", "sqs"),
            SnsAnswer.Element("SubscriptionArn", s.Arn),
            SnsAnswer.Element("Owner", LocalTemplate.Account),
            SnsAnswer.Element("Endpoint", s.Endpoint)));
        return SnsAnswer.Element(result, SnsAnswer.Members("Subscriptions", members), next);
    }

    private Subscription Find(SnsParameters call)
    {
        var arn = call.Required("SubscriptionArn");
        return state.Subscriptions.Find(s => s.Arn == arn) ?? throw MessagingException.NotFound("Subscription does not exist");
    }
}
