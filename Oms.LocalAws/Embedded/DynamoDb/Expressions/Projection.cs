using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>Parts of items: what lies at the paths, in the maps and lists that lead there.</summary>
internal sealed class Projection
{
    private readonly Node _root = new();

    public Projection(IEnumerable<PathOperand> paths, Placeholders placeholders)
    {
        foreach (var path in paths)
        {
            var node = _root;
            foreach (var step in path.Steps) node = step.Name is null ? node.At(step.Index) : node.At(placeholders.Name(step));
            node.IsEnd = true;
        }
    }

    /// <summary>The first names of all paths, and whether they go on from there.</summary>
    public IEnumerable<(string Head, bool Nested)> Heads => _root.Names.Select(static name => (name.Key, !name.Value.IsEnd));

    public AttributeMap Of(AttributeMap item) => Map(item, _root) ?? AttributeMap.Empty;

    private static AttributeMap? Map(AttributeMap map, Node node)
    {
        List<KeyValuePair<string, AttributeValue>> found = [];
        foreach (var (name, inner) in node.Names)
            if (map.TryGet(name, out var value) && Part(value, inner) is { } part) found.Add(new(name, part));
        return found.Count == 0 ? null : new([.. found]);
    }

    private static AttributeValue? Part(AttributeValue value, Node node)
    {
        if (node.IsEnd) return value;
        switch (value)
        {
            case MapValue map:
                return Map(map.Attributes, node) is { } attributes ? new MapValue(attributes) : null;
            case ListValue list:
                AttributeValue[] elements = [.. node.Places.Where(place => place.Key < list.Elements.Length).Select(place => Part(list.Elements[place.Key], place.Value)).OfType<AttributeValue>()];
                return elements.Length == 0 ? null : new ListValue(elements);
            default:
                return null;
        }
    }

    private sealed class Node
    {
        public bool IsEnd { get; set; }

        public Dictionary<string, Node> Names { get; } = new(StringComparer.Ordinal);

        public SortedDictionary<int, Node> Places { get; } = [];

        public Node At(string name) => Names.TryGetValue(name, out var node) ? node : Names[name] = new();

        public Node At(int place) => Places.TryGetValue(place, out var node) ? node : Places[place] = new();
    }
}
