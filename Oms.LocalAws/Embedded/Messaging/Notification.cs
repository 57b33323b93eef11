using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// A published message, and the envelope in which a queue gets it unless it asked for the raw message.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
/// </summary>
internal sealed record Notification(string Id, string TopicArn, string Message, string? Subject, IReadOnlyDictionary<string, MessageAttribute> Attributes, DateTimeOffset At)
{
    // As AWS writes it: only what JSON itself asks for is escaped.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Envelope(string subscriptionArn)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("Type", "Notification");
            json.WriteString("MessageId", Id);
            json.WriteString(nameof(TopicArn), TopicArn);
            if (Subject is not null) json.WriteString(nameof(Subject), Subject);
            json.WriteString(nameof(Message), Message);
            json.WriteString("Timestamp", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("SignatureVersion", "1");
            json.WriteString("Signature", "bm90IHNpZ25lZA=="); // "not signed": there is no certificate of AWS here
            json.WriteString("SigningCertURL", "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0000000000000000000000.pem");
            json.WriteString("UnsubscribeURL", $"https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscriptionArn}");
            if (Attributes.Count > 0)
            {
                json.WriteStartObject("MessageAttributes");
                foreach (var (name, attribute) in Attributes)
                {
                    json.WriteStartObject(name);
                    json.WriteString("Type", attribute.DataType);
                    json.WriteString("Value", attribute.Value);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
