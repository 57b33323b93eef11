namespace Oms.Simulation.Bugs;

/// <summary>A condition expression as far as its clauses go: what stands between AND and OR, in brackets or not.</summary>
internal sealed class ConditionTree
{
    private readonly string _text;
    private readonly string _operator;
    private readonly List<ConditionTree> _parts;

    private ConditionTree(string text, string @operator, List<ConditionTree> parts)
    {
        _text = text;
        _operator = @operator;
        _parts = parts;
    }

    /// <exception cref="NotSupportedException">BETWEEN has an AND of its own.</exception>
    public static ConditionTree Read(string expression)
    {
        if (expression.Contains("BETWEEN", StringComparison.Ordinal))
        {
            throw new NotSupportedException($"{expression}: clauses with BETWEEN cannot be told apart here");
        }

        var text = WithoutBrackets(expression.Trim());
        foreach (var @operator in (ReadOnlySpan<string>)[" OR ", " AND "])
        {
            if (Split(text, @operator) is { Count: > 1 } parts)
            {
                return new ConditionTree(text, @operator, [.. parts.Select(Read)]);
            }
        }

        return new ConditionTree(text, "", []);
    }

    /// <summary>Every clause, what is left of the whole without it (null: nothing), and whether that asks for less: without one of several alternatives it asks for more.</summary>
    public IEnumerable<(string Clause, string? Left, bool IsWeaker)> WithoutEach()
    {
        if (_parts.Count == 0)
        {
            return [(_text, null, true)];
        }

        return _parts.SelectMany((part, index) => part.WithoutEach().Where(inner => inner.Left is not null || part._parts.Count == 0)
            .Select(inner => (inner.Clause, (string?)Join(index, inner.Left), inner.IsWeaker && (inner.Left is not null || _operator == " AND ")))
            .Concat(part._parts.Count == 0 ? [] : [($"({part._text})", (string?)Join(index, null), _operator == " AND ")]));
    }

    private string Join(int index, string? changed) =>
        string.Join(_operator, _parts.Select((part, i) => i == index ? changed : part._text).OfType<string>().Select(part => Split(part, " OR ").Count > 1 && _operator == " AND " ? $"({part})" : part));

    private static string WithoutBrackets(string text) => text.StartsWith('(') && End(text) == text.Length - 1 ? WithoutBrackets(text[1..^1].Trim()) : text;

    /// <summary>Where the bracket ends that the text begins with.</summary>
    private static int End(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static List<string> Split(string text, string @operator)
    {
        var parts = new List<string>();
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0 && string.CompareOrdinal(text, i, @operator, 0, @operator.Length) == 0)
            {
                parts.Add(text[start..i]);
                start = i + @operator.Length;
                i = start - 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }
}
