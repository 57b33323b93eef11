using System.Xml.Linq;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// The operations of SNS on topics.
/// https://docs.aws.amazon.com/sns/latest/api/API_Operations.html
/// </summary>
internal sealed class SnsTopics(MessagingState state)
{
    public const int PageSize = 100;
    private const int LongestName = 256;

    public XElement Create(SnsParameters call)
    {
        call.Only("Name", "Attributes.", "Tags.");
        var name = call.Required("Name");
        if (name.EndsWith(".fifo", StringComparison.Ordinal)) throw MessagingException.Unsupported(AwsService.Sns, "FIFO topics");
        if (name.Length > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')) throw MessagingException.Invalid("Topic Name");
        if (call.Members("Tags").Any()) throw MessagingException.Unsupported(AwsService.Sns, "tags of topics");
        var topic = call.Entries("Attributes").Aggregate(new Topic(name), (made, attribute) => With(made, attribute.Key, attribute.Value));
        if (!state.Topics.TryGetValue(name, out var existing))
        {
            state.Topics[name] = topic;
            state.Changed();
        }
        else if (call.Entries("Attributes").Any() && existing != topic)
        {
            throw MessagingException.Invalid("Attributes Reason: Topic already exists with different attributes");
        }

        return SnsAnswer.Element("CreateTopicResult", SnsAnswer.Element("TopicArn", topic.Arn));
    }

    public XElement List(SnsParameters call)
    {
        call.Only("NextToken");
        var (page, next) = Page(state.Topics.Values.Select(t => t.Arn), arn => arn, call.Text("NextToken"));
        return SnsAnswer.Element("ListTopicsResult", SnsAnswer.Members("Topics", page.Select(arn => SnsAnswer.Element("Topic", SnsAnswer.Element("TopicArn", arn)))), next);
    }

    public XElement GetAttributes(SnsParameters call)
    {
        call.Only("TopicArn");
        var topic = Find(call.Required("TopicArn"));
        return SnsAnswer.Element("GetTopicAttributesResult", SnsAnswer.Entries("Attributes", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TopicArn"] = topic.Arn,
            ["Owner"] = LocalTemplate.Account,
            ["DisplayName"] = topic.DisplayName,
            ["SubscriptionsConfirmed"] = $"{state.Subscriptions.Count(s => s.TopicArn == topic.Arn)}",
            ["SubscriptionsPending"] = "0",
            ["SubscriptionsDeleted"] = "0",
        }));
    }

    public void SetAttributes(SnsParameters call)
    {
        call.Only("TopicArn", "AttributeName", "AttributeValue");
        var topic = Find(call.Required("TopicArn"));
        state.Topics[topic.Name] = With(topic, call.Required("AttributeName"), call.Text("AttributeValue") ?? "");
        state.Changed();
    }

    /// <summary>Tags are not kept; a topic has none.</summary>
    public XElement ListTags(SnsParameters call)
    {
        call.Only("ResourceArn");
        Find(call.Required("ResourceArn"));
        return SnsAnswer.Element("ListTagsForResourceResult", SnsAnswer.Element("Tags"));
    }

    public Topic Find(string arn)
    {
        if (!arn.StartsWith("arn:aws:sns:", StringComparison.Ordinal) || arn.Split(':').Length != 6)
            throw MessagingException.Invalid("TopicArn Reason: An ARN must have at least 6 elements, not " + arn.Split(':').Length);
        return state.Topics.Values.FirstOrDefault(t => t.Arn == arn) ?? throw MessagingException.NotFound("Topic does not exist");
    }

    public static (IReadOnlyList<T> Page, XElement? Next) Page<T>(IEnumerable<T> all, Func<T, string> key, string? token)
    {
        var rest = string.IsNullOrEmpty(token) ? all : all.SkipWhile(one => key(one) != token).Skip(1);
        var page = rest.Take(PageSize + 1).ToList();
        return page.Count <= PageSize ? (page, null) : (page[..PageSize], SnsAnswer.Element("NextToken", key(page[PageSize - 1])));
    }

    private static Topic With(Topic topic, string name, string value) => name switch
    {
        "DisplayName" when value.Length <= 100 => topic with { DisplayName = value },
        "DisplayName" => throw MessagingException.Invalid("AttributeValue Reason: DisplayName must be at most 100 characters long"),
        "Policy" or "DeliveryPolicy" or "KmsMasterKeyId" or "TracingConfig" or "SignatureVersion" or "FifoTopic" or "ContentBasedDeduplication" or "ArchivePolicy" =>
            throw MessagingException.Unsupported(AwsService.Sns, $"the topic attribute {name}"),
        _ => throw MessagingException.Invalid("AttributeName"),
    };
}
