using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Oms.LocalAws.EventSources;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// Filter policies of subscriptions, on message attributes or on the message's own JSON.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
/// </summary>
internal static class FilterPolicies
{
    public const string MessageAttributes = nameof(MessageAttributes);
    public const string MessageBody = nameof(MessageBody);

    private const int MostKeys = 5;

    public static EventFilter Parse(string policy, string scope)
    {
        try
        {
            using var json = JsonDocument.Parse(policy);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw MessagingException.Invalid("FilterPolicy: Filter policy must be an object");
            if (json.RootElement.EnumerateObject().Count() > MostKeys) throw MessagingException.Invalid($"FilterPolicy: Filter policy can not have more than {MostKeys} keys");
            if (scope == MessageAttributes && json.RootElement.EnumerateObject().Any(key => key.Value.ValueKind == JsonValueKind.Object))
                throw MessagingException.Invalid("Filter policy scope MessageAttributes does not support nested filter policy");
            return EventFilter.Parse(policy);
        }
        catch (JsonException broken)
        {
            throw MessagingException.Invalid($"FilterPolicy: failed to parse JSON. {broken.Message}");
        }
        catch (TemplateException unknown)
        {
            throw MessagingException.Invalid($"FilterPolicy: {unknown.Message}");
        }
    }

    public static bool Matches(Subscription subscription, string message, IReadOnlyDictionary<string, MessageAttribute> attributes)
    {
        if (subscription.Filter is not { } filter) return true;
        try
        {
            using var json = subscription.FilterPolicyScope == MessageBody ? AwsJson.ParseSent(Encoding.UTF8.GetBytes(message)) : Json(attributes);
            return json.RootElement.ValueKind == JsonValueKind.Object && filter.Matches(json.RootElement);
        }
        catch (JsonException)
        {
            // A message that is no JSON has no properties that a policy could match.
            return false;
        }
    }

    /// <summary>Strings, numbers and String.Array take part in filtering, binary attributes do not.</summary>
    private static JsonDocument Json(IReadOnlyDictionary<string, MessageAttribute> attributes)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, attribute) in attributes.Where(a => !a.Value.IsBinary))
            {
                if (attribute.DataType == "String.Array") json.WritePropertyName(name);
                if (attribute.DataType == "String.Array") json.WriteRawValue(attribute.Value);
                else if (attribute.IsNumber) json.WriteNumber(name, decimal.Parse(attribute.Value, NumberStyles.Float, CultureInfo.InvariantCulture));
                else json.WriteString(name, attribute.Value);
            }

            json.WriteEndObject();
        }

        return AwsJson.ParseSent(buffer.WrittenMemory);
    }
}
