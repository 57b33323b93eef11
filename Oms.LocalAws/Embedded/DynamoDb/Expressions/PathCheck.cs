namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>Refuses paths of which one is or contains another, or that take one thing for a map and for a list.</summary>
internal static class PathCheck
{
    /// <exception cref="ExpressionException">Two paths overlap or conflict.</exception>
    public static void Require(IReadOnlyList<PathOperand> paths, Placeholders placeholders)
    {
        ExpressionException? conflict = null;
        for (var i = 1; i < paths.Count; i++)
        {
            for (var k = 0; k < i; k++)
            {
                var found = Clash(paths[k], paths[i], placeholders);
                if (found is null) continue;
                var problem = new ExpressionException($"Two document paths {found} with each other; must remove or rewrite one of these paths; path one: {placeholders.Text(paths[k])}, path two: {placeholders.Text(paths[i])}");
                if (found == "overlap") throw problem;
                conflict ??= problem;
            }
        }

        if (conflict is not null) throw conflict;
    }

    private static string? Clash(PathOperand one, PathOperand other, Placeholders placeholders)
    {
        for (var i = 0; i < Math.Min(one.Steps.Length, other.Steps.Length); i++)
        {
            var (a, b) = (one.Steps[i], other.Steps[i]);
            if ((a.Name is null) != (b.Name is null)) return "conflict";
            if (a.Name is null ? a.Index != b.Index : placeholders.Name(a) != placeholders.Name(b)) return null;
        }

        return "overlap";
    }
}
