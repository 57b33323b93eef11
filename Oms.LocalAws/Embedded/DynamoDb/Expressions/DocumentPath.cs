using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>A path through maps and lists: finding what is there, and making changed copies.</summary>
internal static class DocumentPath
{
    public static AttributeValue? Find(PathOperand path, Placeholders placeholders, AttributeMap item)
    {
        var value = item[placeholders.Name(path.Steps[0])];
        for (var i = 1; i < path.Steps.Length && value is not null; i++) value = Step(value, path.Steps[i], placeholders);
        return value;
    }

    /// <summary>Whether something can be put at the path: where it goes into a map or list, that is there.</summary>
    public static bool Leads(PathOperand path, Placeholders placeholders, AttributeMap item)
    {
        if (path.Steps.Length == 1) return true;
        var container = Find(new PathOperand(path.Steps[..^1]), placeholders, item);
        return path.Steps[^1].Name is null ? container is ListValue : container is MapValue;
    }

    /// <summary>The item with a value put at the path; null takes away what is there. Null where the way does not exist.</summary>
    public static AttributeMap? Change(AttributeMap item, PathOperand path, Placeholders placeholders, AttributeValue? value) => Change(item, path.Steps, placeholders, value);

    private static AttributeMap? Change(AttributeMap map, ReadOnlySpan<PathStep> steps, Placeholders placeholders, AttributeValue? value)
    {
        var name = placeholders.Name(steps[0]);
        if (steps.Length == 1) return value is null ? map.Without(name) : map.With(name, value);
        return Inside(map[name], steps[1..], placeholders, value) is { } changed ? map.With(name, changed) : null;
    }

    private static AttributeValue? Inside(AttributeValue? container, ReadOnlySpan<PathStep> steps, Placeholders placeholders, AttributeValue? value)
    {
        if (container is MapValue map && steps[0].Name is not null)
            return Change(map.Attributes, steps, placeholders, value) is { } changed ? new MapValue(changed) : null;
        if (container is not ListValue { Elements: var elements } list || steps[0].Name is not null) return null;
        var at = steps[0].Index;
        if (steps.Length > 1)
            return at < elements.Length && Inside(elements[at], steps[1..], placeholders, value) is { } inner ? new ListValue([.. elements[..at], inner, .. elements[(at + 1)..]]) : null;
        if (at >= elements.Length) return value is null ? list : new ListValue([.. elements, value]);
        return new ListValue(value is null ? [.. elements[..at], .. elements[(at + 1)..]] : [.. elements[..at], value, .. elements[(at + 1)..]]);
    }

    private static AttributeValue? Step(AttributeValue value, PathStep step, Placeholders placeholders) => (value, step.Name) switch
    {
        (MapValue map, not null) => map.Attributes[placeholders.Name(step)],
        (ListValue list, null) => step.Index < list.Elements.Length ? list.Elements[step.Index] : null,
        _ => null,
    };
}
