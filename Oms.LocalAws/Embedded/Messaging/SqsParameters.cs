using System.Globalization;
using System.Text.Json;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>Reads the parameters of a call to SQS, or of one entry of a batch.</summary>
internal static class SqsParameters
{
    /// <summary>A parameter that is not among the known ones is refused by name.</summary>
    public static void Only(this JsonElement body, string operation, params ReadOnlySpan<string> known)
    {
        if (body.ValueKind != JsonValueKind.Object) throw MessagingException.Serialization("The request is no JSON object.");
        foreach (var parameter in body.EnumerateObject())
        {
            if (parameter.Value.ValueKind != JsonValueKind.Null && !known.Contains(parameter.Name))
                throw MessagingException.Unsupported(AwsService.Sqs, $"the parameter {parameter.Name} of {operation}");
        }
    }

    public static string? Text(this JsonElement body, string name) => body.Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw MessagingException.Serialization($"{name} is no string."),
    };

    public static string Required(this JsonElement body, string name) => body.Text(name) is { Length: > 0 } text ? text : throw MessagingException.Missing(name);

    public static int? Number(this JsonElement body, string name, int least, int most)
    {
        if (body.Value(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number)) throw MessagingException.Serialization($"{name} is no integer.");
        return number >= least && number <= most
            ? number
            : throw MessagingException.InvalidValue(string.Create(CultureInfo.InvariantCulture, $"Value {number} for parameter {name} is invalid. Reason: Must be between {least} and {most}, if provided."));
    }

    public static IEnumerable<JsonElement> List(this JsonElement body, string name) => body.Value(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
        _ => throw MessagingException.Serialization($"{name} is no list."),
    };

    public static IReadOnlyList<string> Texts(this JsonElement body, string name) => [.. body.List(name).Select(t => t.GetString() ?? "")];

    public static IEnumerable<KeyValuePair<string, string>> Map(this JsonElement body, string name) => body.Value(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Object } map => [.. map.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString() ?? ""))],
        _ => throw MessagingException.Serialization($"{name} is no map."),
    };

    public static IReadOnlyDictionary<string, MessageAttribute> Attributes(this JsonElement body)
    {
        var attributes = new SortedDictionary<string, MessageAttribute>(StringComparer.Ordinal);
        if (body.Value("MessageAttributes") is not { } given) return attributes;
        if (given.ValueKind != JsonValueKind.Object) throw MessagingException.Serialization("MessageAttributes is no map.");
        foreach (var attribute in given.EnumerateObject())
        {
            foreach (var list in (string[])["StringListValues", "BinaryListValues"])
            {
                if (attribute.Value.List(list).Any())
                    throw MessagingException.Sqs("UnsupportedOperation", "Message attribute list values in SendMessage operation are not supported.");
            }

            attributes[attribute.Name] = MessageAttribute.Read(
                attribute.Name, attribute.Value.Text("DataType"), attribute.Value.Text("StringValue"), attribute.Value.Text("BinaryValue"), MessagingException.InvalidValue);
        }

        return attributes;
    }

    /// <summary>A queue URL is http://host/account/name; the host is not looked at.</summary>
    public static string QueueName(this JsonElement body)
    {
        var url = body.Text("QueueUrl");
        return Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.AbsolutePath.Split('/') is ["", LocalTemplate.Account, { Length: > 0 } name]
            ? name
            : throw MessagingException.QueueDoesNotExist();
    }

    private static JsonElement? Value(this JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
