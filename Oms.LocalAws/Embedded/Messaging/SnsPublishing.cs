using System.Text;
using System.Xml.Linq;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// Publish and PublishBatch.
/// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
/// </summary>
internal sealed class SnsPublishing(MessagingState state, SnsTopics topics, SnsDelivery delivery)
{
    private const int Most = 262_144;
    private static readonly string[] Parameters = ["Message", "Subject", "MessageAttributes."];

    public XElement Publish(SnsParameters call, DateTimeOffset now)
    {
        call.Only([.. Parameters, "TopicArn"]);
        var topic = topics.Find(call.Text("TopicArn") is { Length: > 0 } arn ? arn : throw MessagingException.Invalid("TopicArn or TargetArn Reason: no value for required parameter"));
        return SnsAnswer.Element("PublishResult", SnsAnswer.Element("MessageId", Publish(topic, call, now)));
    }

    public XElement PublishBatch(SnsParameters call, DateTimeOffset now)
    {
        call.Only("TopicArn", "PublishBatchRequestEntries", "PublishBatchRequestEntries.");
        var topic = topics.Find(call.Required("TopicArn"));
        List<SnsParameters> entries = [.. call.Members("PublishBatchRequestEntries")];
        if (SqsBatch.Problem(entries.Select(e => e.Text("Id") ?? "").ToList()) is var (name, problem)) throw new MessagingException(name, problem);
        if (entries.Sum(static entry => MessageAttribute.EntrySize(entry.Text("Message"), entry.Attributes)) > Most) throw new MessagingException("BatchRequestTooLong", "The length of all the messages put together is more than the limit.");

        var published = new List<XElement>();
        var failed = new List<XElement>();
        foreach (var entry in entries)
        {
            try
            {
                entry.Only([.. Parameters, "Id"]);
                published.Add(SnsAnswer.Element("entry", SnsAnswer.Element("Id", entry.Text("Id")), SnsAnswer.Element("MessageId", Publish(topic, entry, now))));
            }
            catch (MessagingException fault)
            {
                failed.Add(SnsAnswer.Element(
                    "entry",
                    SnsAnswer.Element("Id", entry.Text("Id")),
                    SnsAnswer.Element("Code", fault.Code),
                    SnsAnswer.Element("Message", fault.Message),
                    SnsAnswer.Element("SenderFault", fault.Status < 500 ? "true" : "false")));
            }
        }

        return SnsAnswer.Element("PublishBatchResult", SnsAnswer.Members("Failed", failed), SnsAnswer.Members("Successful", published));
    }

    private string Publish(Topic topic, SnsParameters call, DateTimeOffset now)
    {
        var message = call.Text("Message");
        if (string.IsNullOrEmpty(message)) throw MessagingException.Invalid("Empty message");
        var attributes = call.Attributes();
        if (Encoding.UTF8.GetByteCount(message) + MessageAttribute.Size(attributes) > Most) throw MessagingException.Invalid("Message too long");
        var subject = call.Text("Subject");
        if (subject is not null && (subject.Length is 0 or > 100 || subject.Any(char.IsControl) || char.IsWhiteSpace(subject[0]))) throw MessagingException.Invalid("Subject");
        var id = state.NextId();
        delivery.Deliver(topic, new Notification(id, topic.Arn, message, subject, attributes, now), now);
        state.Changed();
        return id;
    }
}
