using System.Text;
using System.Text.Json;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// The operations of SQS on messages: send, receive, delete, hide.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
/// </summary>
internal sealed class SqsMessages(MessagingState state, MessagingChoices choices)
{
    private const int MostAttributes = 10;
    private const int MostInFlight = 120_000;
    private const int LongestVisibility = 43_200;
    private static readonly string[] System =
        [
            "All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp", "AWSTraceHeader", "DeadLetterQueueSourceArn",
            "SequenceNumber", "MessageDeduplicationId", "MessageGroupId", // of FIFO queues: may be asked for, and are not there
        ];

    public AwsAnswer Send(JsonElement body, DateTimeOffset now)
    {
        body.Only("SendMessage", "QueueUrl", "MessageBody", "DelaySeconds", "MessageAttributes", "MessageSystemAttributes");
        var sent = Send(state.Queue(body.QueueName()), body, now);
        return SqsAnswer.Of(json => WriteSent(json, sent));
    }

    public AwsAnswer SendBatch(JsonElement body, DateTimeOffset now)
    {
        body.Only("SendMessageBatch", "QueueUrl", "Entries");
        var queue = state.Queue(body.QueueName());
        var entries = SqsBatch.Entries(body);
        var size = entries.Sum(static entry => MessageAttribute.EntrySize(entry.Text("MessageBody"), () => entry.Attributes()));
        const int most = 1_048_576;
        if (size > most) throw MessagingException.Sqs("BatchRequestTooLong", $"Batch requests cannot be longer than {most} bytes. You have sent {size} bytes.");
        return SqsBatch.Answer(entries, entry =>
        {
            entry.Only("SendMessageBatch", "Id", "MessageBody", "DelaySeconds", "MessageAttributes", "MessageSystemAttributes");
            var sent = Send(queue, entry, now);
            return json => WriteSent(json, sent);
        });
    }

    public AwsAnswer Receive(JsonElement body, DateTimeOffset now)
    {
        body.Only("ReceiveMessage", "QueueUrl", "AttributeNames", "MessageSystemAttributeNames", "MessageAttributeNames", "MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds");
        var queue = state.Queue(body.QueueName());
        var most = body.Number("MaxNumberOfMessages", 1, 10) ?? 1;
        var visibility = body.Number("VisibilityTimeout", 0, LongestVisibility) ?? queue.Settings.VisibilitySeconds;
        body.Number("WaitTimeSeconds", 0, 20);
        string[] system = [.. body.Texts("AttributeNames"), .. body.Texts("MessageSystemAttributeNames")];
        if (Array.Find(system, name => !System.Contains(name)) is { } unknown) throw new MessagingException("InvalidAttributeName", $"Unknown Attribute {unknown}.");
        var attributes = body.Texts("MessageAttributeNames");
        var taken = Take(queue, most, TimeSpan.FromSeconds(visibility), now);
        return taken.Count == 0
            ? SqsAnswer.Empty
            : SqsAnswer.Of(json => json.Array("Messages", taken, (j, message) => SqsMessageJson.Write(j, queue.Name, message, system, attributes)));
    }

    public AwsAnswer Delete(JsonElement body)
    {
        body.Only("DeleteMessage", "QueueUrl", "ReceiptHandle");
        Delete(state.Queue(body.QueueName()), body);
        return SqsAnswer.Empty;
    }

    public AwsAnswer DeleteBatch(JsonElement body)
    {
        body.Only("DeleteMessageBatch", "QueueUrl", "Entries");
        var queue = state.Queue(body.QueueName());
        return SqsBatch.Answer(SqsBatch.Entries(body), entry =>
        {
            entry.Only("DeleteMessageBatch", "Id", "ReceiptHandle");
            Delete(queue, entry);
            return _ => { };
        });
    }

    public AwsAnswer ChangeVisibility(JsonElement body, DateTimeOffset now)
    {
        body.Only("ChangeMessageVisibility", "QueueUrl", "ReceiptHandle", "VisibilityTimeout");
        ChangeVisibility(state.Queue(body.QueueName()), body, now);
        return SqsAnswer.Empty;
    }

    public AwsAnswer ChangeVisibilityBatch(JsonElement body, DateTimeOffset now)
    {
        body.Only("ChangeMessageVisibilityBatch", "QueueUrl", "Entries");
        var queue = state.Queue(body.QueueName());
        return SqsBatch.Answer(SqsBatch.Entries(body), entry =>
        {
            entry.Only("ChangeMessageVisibilityBatch", "Id", "ReceiptHandle", "VisibilityTimeout");
            ChangeVisibility(queue, entry, now);
            return _ => { };
        });
    }

    /// <summary>Puts a message in, as often as the choices say.</summary>
    public void Put(MessageQueue queue, string topic, string id, string body, IReadOnlyDictionary<string, MessageAttribute> attributes, TimeSpan delay, DateTimeOffset now, string? trace = null)
    {
        var copies = topic.Length == 0 ? choices.Copies("", queue.Name, id) : 1;
        for (var i = 0; i < copies; i++)
        {
            queue.Add(new StoredMessage { Number = state.NextNumber(), Id = id, Body = body, Attributes = attributes, Sent = now, VisibleAt = now + delay, TraceHeader = trace }, now);
        }

        state.Changed();
    }

    private SentMessage Send(MessageQueue queue, JsonElement from, DateTimeOffset now)
    {
        var body = from.Required("MessageBody");
        if (!body.All(IsAllowed)) throw new MessagingException("InvalidMessageContents", "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.");
        var attributes = from.Attributes();
        if (attributes.Count > MostAttributes) throw MessagingException.InvalidValue($"Number of message attributes [{attributes.Count}] exceeds the allowed maximum [{MostAttributes}].");
        if (Encoding.UTF8.GetByteCount(body) + MessageAttribute.Size(attributes) > queue.Settings.MaximumMessageSize)
            throw MessagingException.InvalidValue($"One or more parameters are invalid. Reason: Message must be shorter than {queue.Settings.MaximumMessageSize} bytes.");
        var delay = TimeSpan.FromSeconds(from.Number("DelaySeconds", 0, 900) ?? queue.Settings.DelaySeconds);
        var id = state.NextId();
        Put(queue, "", id, body, attributes, delay, now, Trace(from));
        return new(id, body, attributes);
    }

    private static string? Trace(JsonElement from)
    {
        if (!from.TryGetProperty("MessageSystemAttributes", out var system) || system.ValueKind != JsonValueKind.Object) return null;
        system.Only("MessageSystemAttributes", "AWSTraceHeader");
        return system.TryGetProperty("AWSTraceHeader", out var trace) ? trace.Text("StringValue") : null;
    }

    private static void WriteSent(Utf8JsonWriter json, SentMessage sent)
    {
        json.WriteString("MessageId", sent.Id);
        json.WriteString("MD5OfMessageBody", MessageAttribute.Md5(Encoding.UTF8.GetBytes(sent.Body)));
        if (MessageAttribute.Md5(sent.Attributes) is { } md5) json.WriteString("MD5OfMessageAttributes", md5);
    }

    private List<StoredMessage> Take(MessageQueue queue, int most, TimeSpan visibility, DateTimeOffset now)
    {
        var taken = new List<StoredMessage>();
        var room = queue.HiddenCount + most < MostInFlight ? most : Math.Min(most, MostInFlight - queue.InFlightCount);
        if (room <= 0) throw new MessagingException("OverLimit", $"Too many messages in flight: {MostInFlight} at most.", 403);
        var again = new List<StoredMessage>();
        while (taken.Count < room && queue.VisibleCount > 0)
        {
            var message = queue.Visible(queue.VisibleCount > 1 ? choices.PickNext(queue.Name, queue.VisibleCount) : 0);
            state.Changed();
            if (queue.Settings.Redrive is { } redrive && message.Receives >= redrive.MaxReceiveCount && state.Queues.TryGetValue(redrive.Target, out var dead))
            {
                DeadLetter(queue, message, dead, now);
                continue;
            }

            message.Receives++;
            message.FirstReceived ??= now;
            message.Receipt = state.NextNumber();
            message.IsInFlight = true;
            taken.Add(message);
            // One receive never gives a message twice, also where it stays visible.
            queue.Hide(message, DateTimeOffset.MaxValue, now);
            again.Add(message);
        }

        foreach (var message in again) queue.Hide(message, now + visibility, now);
        return taken;
    }

    /// <summary>A dead letter keeps its id, its age and its count of receives.</summary>
    private void DeadLetter(MessageQueue queue, StoredMessage message, MessageQueue dead, DateTimeOffset now)
    {
        queue.Remove(message);
        dead.Add(
            new StoredMessage
            {
                Number = state.NextNumber(),
                Id = message.Id,
                Body = message.Body,
                Attributes = message.Attributes,
                Sent = message.Sent,
                TraceHeader = message.TraceHeader,
                DeadLetterSource = queue.Arn,
                Receives = message.Receives,
                FirstReceived = message.FirstReceived,
                VisibleAt = now,
            },
            now);
    }

    /// <summary>A handle of an earlier receive deletes nothing, and is no error.</summary>
    private void Delete(MessageQueue queue, JsonElement from)
    {
        var (number, receipt) = ReceiptHandle.Read(from, queue.Name);
        if (queue.Find(number) is not { } message || message.Receipt != receipt) return;
        queue.Remove(message);
        state.Changed();
    }

    private void ChangeVisibility(MessageQueue queue, JsonElement from, DateTimeOffset now)
    {
        var (number, receipt) = ReceiptHandle.Read(from, queue.Name);
        var seconds = from.Number("VisibilityTimeout", 0, LongestVisibility) ?? throw MessagingException.Missing("VisibilityTimeout");
        if (queue.Find(number) is not { } message || message.Receipt != receipt)
            throw MessagingException.InvalidValue($"Value {from.Text("ReceiptHandle")} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.");
        if (!message.IsInFlight) throw MessagingException.Sqs("MessageNotInflight", "The specified message isn't in flight.");
        queue.Hide(message, now.AddSeconds(seconds), now);
        state.Changed();
    }

    private static bool IsAllowed(char c) => c is '\t' or '\n' or '\r' or (>= ' ' and <= '\uFFFD');

    private readonly record struct SentMessage(string Id, string Body, IReadOnlyDictionary<string, MessageAttribute> Attributes);
}
