using System.Text.Json;

namespace Oms.LocalAws.Templates;

/// <summary>The parsed template with a record of every leaf that somebody acted on.</summary>
internal sealed class TemplateDocument
{
    private readonly HashSet<string> _consumed = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, TemplateResource>> _resources;

    private TemplateDocument(JsonElement root, TemplateSettings settings)
    {
        Root = root;
        Settings = settings;
        _resources = new(ReadResources);
        References = new TemplateReferences(this);
    }

    public JsonElement Root { get; }

    public TemplateSettings Settings { get; }

    public TemplateReferences References { get; }

    public IReadOnlyDictionary<string, TemplateResource> Resources => _resources.Value;

    public static TemplateDocument Parse(string json, TemplateSettings settings)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(document.RootElement.Clone(), settings)
                : throw new TemplateException("the template is not a JSON object");
        }
        catch (JsonException e)
        {
            throw new TemplateException($"the template is not JSON: {e.Message}", e);
        }
    }

    public IEnumerable<TemplateResource> OfType(string type) => Resources.Values.Where(r => r.Type == type);

    public void Consume(string path) => _consumed.Add(path);

    /// <summary>Marks the value and all that is under it: for what is acted on as a whole.</summary>
    public void ConsumeAll(string path, JsonElement element)
    {
        foreach (var leaf in Leaves(path, element))
            _consumed.Add(leaf);
    }

    /// <summary>Stops for every leaf that nobody acted on and that the ignored list does not name.</summary>
    public void RequireAllConsumed()
    {
        var left = Leaves("$", Root)
            .Where(path => !_consumed.Contains(path) && !IgnoredProperties.Covers(path, TypeOf))
            .ToList();
        if (left.Count > 0)
            throw new TemplateException($"the template says something that LocalAws does not act on: {string.Join(", ", left)}");
    }

    private string? TypeOf(string logicalId) => Resources.TryGetValue(logicalId, out var resource) ? resource.Type : null;

    private Dictionary<string, TemplateResource> ReadResources()
    {
        var root = new TemplateNode(this, "$", Root);
        return root["Resources"].Entries().ToDictionary(
            entry => entry.Name,
            entry => new TemplateResource(entry.Name, entry.Node["Type"].Text(), entry.Node),
            StringComparer.Ordinal);
    }

    private static IEnumerable<string> Leaves(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object when element.EnumerateObject().Any() =>
            element.EnumerateObject().SelectMany(p => Leaves($"{path}.{p.Name}", p.Value)),
        JsonValueKind.Array when element.GetArrayLength() > 0 =>
            element.EnumerateArray().SelectMany((item, i) => Leaves($"{path}[{i}]", item)),
        _ => [path],
    };
}

/// <summary>One resource by its logical id.</summary>
internal sealed record TemplateResource(string LogicalId, string Type, TemplateNode Node)
{
    public TemplateNode Properties => Node["Properties"];
}
