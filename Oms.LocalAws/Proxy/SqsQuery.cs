using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace Oms.LocalAws.Proxy;

/// <summary>
/// A call to SQS in the query protocol, which older SDKs and command lines speak (aws-cli before 2.13.33), translated to JSON and back.
/// Names and nesting: the two versions of the API model in botocore/data/sqs/2012-11-05.
/// </summary>
internal sealed class SqsQuery(string action, IReadOnlyDictionary<string, string> form, string path)
{
    private const string Namespace = "http://queue.amazonaws.com/doc/2012-11-05/";

    private static readonly string[] Numbers = ["DelaySeconds", "VisibilityTimeout", "MaxNumberOfMessages", "WaitTimeSeconds", "MaxResults", "MaxNumberOfMessagesPerSecond"];

    /// <summary>Lists and maps are numbered under the name of one element: `AttributeName.1`, `Attribute.1.Name`.</summary>
    private static readonly Dictionary<string, string> Lists = new(StringComparer.Ordinal)
    {
        ["AttributeName"] = "AttributeNames",
        ["MessageAttributeName"] = "MessageAttributeNames",
        ["MessageSystemAttributeName"] = "MessageSystemAttributeNames",
        ["TagKey"] = "TagKeys",
    };

    private static readonly Dictionary<string, string> Maps = new(StringComparer.Ordinal)
    {
        ["Attribute"] = "Attributes",
        ["MessageAttribute"] = "MessageAttributes",
        ["MessageSystemAttribute"] = "MessageSystemAttributes",
        ["Tag"] = "tags",
    };

    private static readonly XNamespace Xmlns = Namespace;

    public byte[] Json()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            var given = form.Where(p => p.Key is not ("Action" or "Version")).ToDictionary(StringComparer.Ordinal);
            // The oldest clients post to the queue's URL instead of naming it.
            if (path.Length > 1) given.TryAdd("QueueUrl", $"http://127.0.0.1{path}");
            WriteObject(json, given);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public AwsAnswer Xml(AwsAnswer answer)
    {
        using var json = JsonDocument.Parse(answer.Body);
        var metadata = new XElement(Xmlns + "RequestId", answer.Headers.FirstOrDefault(h => h.Key.Equals("x-amzn-RequestId", StringComparison.OrdinalIgnoreCase)).Value ?? "00000000-0000-0000-0000-000000000000");
        XElement root;
        if (answer.IsSuccess)
        {
            var result = Elements(json.RootElement).ToArray();
            root = new XElement(
                Xmlns + $"{action}Response",
                result.Length == 0 ? null : new XElement(Xmlns + $"{action}Result", result),
                new XElement(Xmlns + "ResponseMetadata", metadata));
        }
        else
        {
            var error = answer.Headers.FirstOrDefault(h => h.Key == "x-amzn-query-error").Value?.Split(';') ?? ["InternalError", "Receiver"];
            root = new XElement(
                Xmlns + "ErrorResponse",
                new XElement(
                    Xmlns + "Error",
                    new XElement(Xmlns + "Type", error[^1]),
                    new XElement(Xmlns + "Code", error[0]),
                    new XElement(Xmlns + "Message", json.RootElement.TryGetProperty("message", out var message) ? message.GetString() : null)),
                metadata);
        }

        return new(answer.Status, "text/xml", Encoding.UTF8.GetBytes(root.ToString(SaveOptions.DisableFormatting)));
    }

    private void WriteObject(Utf8JsonWriter json, Dictionary<string, string> parameters)
    {
        json.WriteStartObject();
        foreach (var group in parameters.GroupBy(p => p.Key.Split('.')[0], StringComparer.Ordinal))
        {
            var name = group.Key;
            if (parameters.TryGetValue(name, out var plain)) WriteValue(json, name, plain);
            var numbered = group.Where(p => p.Key != name).ToList();
            if (numbered.Count == 0) continue;
            if (Lists.TryGetValue(name, out var list)) WriteList(json, list, numbered);
            else if (Maps.TryGetValue(name, out var map)) WriteMap(json, map, numbered);
            else if (name == $"{action}RequestEntry") WriteEntries(json, numbered);
            // Under its own name, so that the service refuses it by that.
            else json.WriteString(numbered[0].Key, numbered[0].Value);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, string name, string value)
    {
        if (Numbers.Contains(name) && long.TryParse(value, CultureInfo.InvariantCulture, out var number)) json.WriteNumber(name, number);
        else json.WriteString(name, value);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> items)
    {
        json.WriteStartArray(name);
        foreach (var (_, value) in items) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        json.WriteStartObject(name);
        foreach (var entry in parameters.GroupBy(p => p.Key.Split('.')[1], StringComparer.Ordinal))
        {
            var parts = entry.ToDictionary(p => string.Join('.', p.Key.Split('.')[2..]), p => p.Value, StringComparer.Ordinal);
            var key = parts.GetValueOrDefault("Name") ?? parts.GetValueOrDefault("Key") ?? "";
            if (parts.TryGetValue("Value", out var value))
            {
                json.WriteString(key, value);
                continue;
            }

            json.WriteStartObject(key);
            foreach (var (part, text) in parts.Where(p => p.Key.StartsWith("Value.", StringComparison.Ordinal))) json.WriteString(part["Value.".Length..], text);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteEntries(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        json.WriteStartArray("Entries");
        foreach (var entry in parameters.GroupBy(p => p.Key.Split('.')[1], StringComparer.Ordinal))
            WriteObject(json, entry.ToDictionary(p => string.Join('.', p.Key.Split('.')[2..]), p => p.Value, StringComparer.Ordinal));
        json.WriteEndArray();
    }

    private IEnumerable<XElement> Elements(JsonElement of) => of.EnumerateObject().SelectMany(property => (property.Name, property.Value.ValueKind) switch
    {
        ("QueueUrls" or "queueUrls", _) => property.Value.EnumerateArray().Select(url => new XElement(Xmlns + "QueueUrl", url.GetString())),
        ("Messages", _) => property.Value.EnumerateArray().Select(message => new XElement(Xmlns + "Message", Elements(message))),
        ("Successful", _) => property.Value.EnumerateArray().Select(entry => new XElement(Xmlns + $"{action}ResultEntry", Elements(entry))),
        ("Failed", _) => property.Value.EnumerateArray().Select(entry => new XElement(Xmlns + "BatchResultErrorEntry", Elements(entry))),
        ("Results", _) => property.Value.EnumerateArray().Select(entry => new XElement(Xmlns + $"{action}ResultEntry", Elements(entry))),
        ("Attributes", _) => Pairs(property.Value, "Attribute", "Name"),
        ("Tags", _) => Pairs(property.Value, "Tag", "Key"),
        ("MessageAttributes", _) => Pairs(property.Value, "MessageAttribute", "Name"),
        (_, JsonValueKind.String) => [new XElement(Xmlns + property.Name, property.Value.GetString())],
        _ => [new XElement(Xmlns + property.Name, property.Value.GetRawText())],
    });

    private IEnumerable<XElement> Pairs(JsonElement map, string element, string key) => map.EnumerateObject().Select(entry => new XElement(
        Xmlns + element,
        new XElement(Xmlns + key, entry.Name),
        new XElement(Xmlns + "Value", entry.Value.ValueKind == JsonValueKind.Object ? Elements(entry.Value).ToArray<object>() : [entry.Value.GetString() ?? ""])));
}
