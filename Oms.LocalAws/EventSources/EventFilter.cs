using System.Text.Json;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.EventSources;

/// <summary>
/// One filter pattern of an event source. Understood: exact values, null, exists, prefix, suffix, equals-ignore-case,
/// anything-but with values, numeric, and $or; anything else is refused by name when LocalAws starts.
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
/// </summary>
public sealed class EventFilter
{
    private readonly Func<JsonElement, bool> _matches;

    private EventFilter(Func<JsonElement, bool> matches) => _matches = matches;

    public static EventFilter Parse(string pattern)
    {
        try
        {
            using var json = JsonDocument.Parse(pattern);
            return new(Object(json.RootElement, "$"));
        }
        catch (JsonException broken)
        {
            throw new TemplateException($"the filter pattern {pattern} is not JSON", broken);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or FormatException)
        {
            throw new TemplateException($"the filter pattern {pattern} holds a value where its operator cannot have one", wrong);
        }
    }

    public bool Matches(JsonElement record) => _matches(record);

    /// <summary>Every key must match (and); keys that hold objects lead deeper, keys that hold arrays list alternatives (or).</summary>
    private static Func<JsonElement, bool> Object(JsonElement pattern, string path)
    {
        if (pattern.ValueKind != JsonValueKind.Object) throw Refused(path, pattern);
        var all = pattern.EnumerateObject().Select(key => Key(key, $"{path}.{key.Name}")).ToArray();
        return element => Array.TrueForAll(all, one => one(element));
    }

    private static Func<JsonElement, bool> Key(JsonProperty key, string path)
    {
        var name = key.Name;
        switch (key.Value.ValueKind)
        {
            case JsonValueKind.Array when name == "$or":
                var either = key.Value.EnumerateArray().Select((p, i) => Object(p, $"{path}[{i}]")).ToArray();
                return element => Array.Exists(either, one => one(element));
            case JsonValueKind.Array:
                var rules = key.Value.EnumerateArray().Select(rule => Rule(rule, path)).ToArray();
                return element => Array.Exists(rules, rule => Leaf(Child(element, name), rule));
            case JsonValueKind.Object:
                var deeper = Object(key.Value, path);
                return element => deeper(Child(element, name) ?? default);
            default:
                throw Refused(path, key.Value);
        }
    }

    private static JsonElement? Child(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : null;

    /// <summary>Rules see leaves only; of an array any element may match.</summary>
    private static bool Leaf(JsonElement? value, Func<JsonElement?, bool> rule) => value switch
    {
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray().Any(element => Leaf(element, rule)),
        { ValueKind: JsonValueKind.Object } => rule(null),
        _ => rule(value),
    };

    private static Func<JsonElement?, bool> Rule(JsonElement rule, string path)
    {
        switch (rule.ValueKind)
        {
            case JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                return Equal(rule.Clone());
            case JsonValueKind.Object when rule.EnumerateObject().Count() == 1:
                return Operator(rule.EnumerateObject().Single(), path);
            default:
                throw Refused(path, rule);
        }
    }

    private static Func<JsonElement?, bool> Operator(JsonProperty rule, string path)
    {
        switch (rule.Name)
        {
            case "exists":
                var wanted = rule.Value.GetBoolean();
                return value => value.HasValue == wanted;
            case "prefix" when rule.Value.GetString() is { } prefix:
                return value => Text(value) is { } text && text.StartsWith(prefix, StringComparison.Ordinal);
            case "suffix" when rule.Value.GetString() is { } suffix:
                return value => Text(value) is { } text && text.EndsWith(suffix, StringComparison.Ordinal);
            case "equals-ignore-case" when rule.Value.GetString() is { } same:
                return value => string.Equals(Text(value), same, StringComparison.OrdinalIgnoreCase);
            case "anything-but":
                var unwanted = Values(rule.Value, path).Select(Equal).ToArray();
                return value => value is not null && !Array.Exists(unwanted, one => one(value));
            case "numeric":
                return Numeric(rule.Value, path);
            default:
                throw Refused(path, rule.Value, rule.Name);
        }
    }

    private static List<JsonElement> Values(JsonElement value, string path)
    {
        List<JsonElement> values = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => v.Clone())] : [value.Clone()];
        return values.TrueForAll(v => v.ValueKind is JsonValueKind.String or JsonValueKind.Number) ? values : throw Refused(path, value, "anything-but");
    }

    /// <summary>`["&gt;", 0, "&lt;=", 5]`: pairs of comparison and bound, all of which must hold.</summary>
    private static Func<JsonElement?, bool> Numeric(JsonElement rule, string path)
    {
        var parts = rule.EnumerateArray().ToArray();
        if (parts.Length is not (2 or 4)) throw Refused(path, rule, "numeric");
        var tests = parts.Chunk(2).Select(pair =>
        {
            var bound = pair[1].GetDecimal();
            Func<decimal, bool> test = pair[0].GetString() switch
            {
                "=" => n => n == bound,
                "<" => n => n < bound,
                "<=" => n => n <= bound,
                ">" => n => n > bound,
                ">=" => n => n >= bound,
                _ => throw Refused(path, rule, "numeric"),
            };
            return test;
        }).ToArray();
        return value => value is { ValueKind: JsonValueKind.Number } number
            && number.TryGetDecimal(out var n) && Array.TrueForAll(tests, test => test(n));
    }

    private static Func<JsonElement?, bool> Equal(JsonElement wanted) => value => value is { } v && v.ValueKind == wanted.ValueKind && wanted.ValueKind switch
    {
        JsonValueKind.String => v.ValueEquals(wanted.GetString()),
        JsonValueKind.Number => v.TryGetDecimal(out var a) && wanted.TryGetDecimal(out var b) && a == b,
        _ => true,
    };

    private static string? Text(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static TemplateException Refused(string path, JsonElement value, string? name = null) =>
        new($"the filter pattern at {path} uses {(name is null ? value.GetRawText() : $"the operator '{name}' with {value.GetRawText()}")}, which LocalAws does not understand");
}
