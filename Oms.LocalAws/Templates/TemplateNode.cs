using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Oms.LocalAws.Templates;

/// <summary>One value of the template with its path; reading it resolves intrinsics and records that it was acted on.</summary>
internal sealed class TemplateNode(TemplateDocument document, string path, JsonElement element)
{
    public string Path => path;

    public bool IsList => element.ValueKind == JsonValueKind.Array;

    public TemplateNode this[string property] =>
        Optional(property) ?? throw new TemplateException($"{path}.{property} is missing");

    public TemplateNode? Optional(string property)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new TemplateException($"{path} should be an object");
        return element.TryGetProperty(property, out var value) ? new(document, $"{path}.{property}", value) : null;
    }

    public IEnumerable<(string Name, TemplateNode Node)> Entries()
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new TemplateException($"{path} should be an object");
        document.Consume(path);
        return element.EnumerateObject().Select(p => (p.Name, new TemplateNode(document, $"{path}.{p.Name}", p.Value)));
    }

    public IEnumerable<TemplateNode> Items()
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw new TemplateException($"{path} should be a list");
        document.Consume(path);
        return element.EnumerateArray().Select((item, i) => new TemplateNode(document, $"{path}[{i}]", item));
    }

    /// <summary>A list, or a single value where CloudFormation and IAM allow one for a list.</summary>
    public IEnumerable<TemplateNode> OneOrMore() => IsList ? Items() : [this];

    public IReadOnlyList<string> Texts() => [.. OneOrMore().Select(item => item.Text())];

    public string Text()
    {
        document.ConsumeAll(path, element);
        return document.References.Resolve(path, element);
    }

    public int Integer() => int.TryParse(Text(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new TemplateException($"{path} should be a whole number");

    public double Number() => double.TryParse(Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new TemplateException($"{path} should be a number");

    public bool Flag() => bool.TryParse(Text(), out var value) ? value : throw new TemplateException($"{path} should be true or false");

    public TimeSpan Seconds() => TimeSpan.FromSeconds(Integer());

    /// <summary>Requires the one value that LocalAws implements.</summary>
    public void Only(params ReadOnlySpan<string> allowed)
    {
        var text = Text();
        if (!allowed.Contains(text))
            throw new TemplateException($"{path} is '{text}'; LocalAws knows only {string.Join(", ", allowed.ToArray())}");
    }

    /// <summary>The value as JSON text, with intrinsics inside it resolved.</summary>
    public string Json()
    {
        document.ConsumeAll(path, element);
        return Resolved(path, element)?.ToJsonString() ?? "null";
    }

    private JsonNode? Resolved(string at, JsonElement value) => value.ValueKind switch
    {
        _ when TemplateReferences.IsIntrinsic(value) => JsonValue.Create(document.References.Resolve(at, value)),
        JsonValueKind.Object => new JsonObject(value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Resolved($"{at}.{p.Name}", p.Value)))),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select((item, i) => Resolved($"{at}[{i}]", item))]),
        _ => JsonNode.Parse(value.GetRawText()),
    };
}
