using System.Globalization;
using System.Text;
using System.Text.Json;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>A received message, with the attributes that were asked for.</summary>
internal static class SqsMessageJson
{
    public static void Write(Utf8JsonWriter json, string queue, StoredMessage message, IReadOnlyCollection<string> system, IReadOnlyCollection<string> names)
    {
        json.WriteStartObject();
        json.WriteString("MessageId", message.Id);
        json.WriteString("ReceiptHandle", ReceiptHandle.Write(queue, message));
        json.WriteString("MD5OfBody", MessageAttribute.Md5(Encoding.UTF8.GetBytes(message.Body)));
        json.WriteString("Body", message.Body);
        var attributes = System(message).Where(a => system.Contains("All") || system.Contains(a.Key)).ToList();
        if (attributes.Count > 0) json.Map("Attributes", attributes);
        var wanted = message.Attributes.Where(a => names.Any(name => IsWanted(a.Key, name))).ToList();
        if (MessageAttribute.Md5(wanted) is { } md5)
        {
            json.WriteString("MD5OfMessageAttributes", md5);
            json.WriteStartObject("MessageAttributes");
            foreach (var (name, attribute) in wanted)
            {
                json.WriteStartObject(name);
                json.WriteString(attribute.IsBinary ? "BinaryValue" : "StringValue", attribute.Value);
                json.WriteString("DataType", attribute.DataType);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static IEnumerable<KeyValuePair<string, string>> System(StoredMessage message)
    {
        yield return new("SenderId", LocalTemplate.Account);
        yield return new("ApproximateFirstReceiveTimestamp", Milliseconds(message.FirstReceived!.Value));
        yield return new("ApproximateReceiveCount", message.Receives.ToString(CultureInfo.InvariantCulture));
        yield return new("SentTimestamp", Milliseconds(message.Sent));
        if (message.TraceHeader is { } trace) yield return new("AWSTraceHeader", trace);
        if (message.DeadLetterSource is { } source) yield return new("DeadLetterQueueSourceArn", source);
    }

    /// <summary>All and .* mean every attribute, prefix.* those that begin so.</summary>
    private static bool IsWanted(string attribute, string name) =>
        name is "All" || (name.EndsWith(".*", StringComparison.Ordinal) ? attribute.StartsWith(name[..^2], StringComparison.Ordinal) : attribute == name);

    private static string Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
