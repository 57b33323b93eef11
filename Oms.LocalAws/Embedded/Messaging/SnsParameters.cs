using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>Reads the form of a call to SNS: plain parameters, numbered members and numbered entries.</summary>
internal sealed class SnsParameters(AwsCall call, string prefix = "")
{
    /// <summary>A parameter that is not among the known ones (`Tags.` stands for all that begin so) is refused by name.</summary>
    public void Only(params ReadOnlySpan<string> known)
    {
        foreach (var name in call.FormNames)
        {
            if (name is "Action" or "Version" || !name.StartsWith(prefix, StringComparison.Ordinal)) continue;
            var own = name[prefix.Length..];
            var isKnown = false;
            foreach (var one in known) isKnown |= own == one || (one.EndsWith('.') && own.StartsWith(one, StringComparison.Ordinal));
            if (!isKnown) throw MessagingException.Unsupported(AwsService.Sns, $"the parameter {own} of {call.Operation}");
        }
    }

    public string? Text(string name) => call.Form(prefix + name);

    public string Required(string name) => Text(name) is { Length: > 0 } text
        ? text
        : throw new MessagingException("ValidationError", $"1 validation error detected: Value null at '{char.ToLowerInvariant(name[0])}{name[1..]}' failed to satisfy constraint: Member must not be null");

    public IEnumerable<KeyValuePair<string, string>> Entries(string name)
    {
        for (var i = 1; Text($"{name}.entry.{i}.key") is { } key; i++) yield return new(key, Text($"{name}.entry.{i}.value") ?? "");
    }

    public IEnumerable<SnsParameters> Members(string name)
    {
        for (var i = 1; call.FormNames.Any(n => n.StartsWith($"{prefix}{name}.member.{i}.", StringComparison.Ordinal)); i++)
            yield return new(call, $"{prefix}{name}.member.{i}.");
    }

    public IReadOnlyDictionary<string, MessageAttribute> Attributes()
    {
        var attributes = new SortedDictionary<string, MessageAttribute>(StringComparer.Ordinal);
        for (var i = 1; Text($"MessageAttributes.entry.{i}.Name") is { } name; i++)
        {
            string? Value(string part) => Text($"MessageAttributes.entry.{i}.Value.{part}");
            attributes[name] = MessageAttribute.Read(name, Value("DataType"), Value("StringValue"), Value("BinaryValue"), static problem => new("ParameterValueInvalid", problem));
        }

        return attributes;
    }
}
