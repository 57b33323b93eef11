using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>Expressions with the placeholders that they need; most are valid, and what is not must be refused alike.</summary>
internal sealed class ExpressionMaker(Dice dice, ValueMaker values)
{
    private readonly JsonObject _names = [];
    private readonly JsonObject _values = [];

    /// <summary>Adds the placeholders that the request's expressions use.</summary>
    public void AddTo(JsonObject request)
    {
        var text = string.Join(' ', request.Where(static member => member.Key.EndsWith("Expression", StringComparison.Ordinal)).Select(static member => member.Value!.GetValue<string>())) + " ";
        Add("ExpressionAttributeNames", _names);
        Add("ExpressionAttributeValues", _values);

        void Add(string parameter, JsonObject placeholders)
        {
            var used = placeholders.Where(placeholder => Regex.IsMatch(text, placeholder.Key + @"\b", RegexOptions.None, TimeSpan.FromSeconds(1))).ToArray();
            if (used.Length > 0) request[parameter] = new JsonObject(used.Select(static placeholder => KeyValuePair.Create(placeholder.Key, placeholder.Value?.DeepClone())));
        }
    }

    /// <summary>A condition that is as likely to fail as not, or more so.</summary>
    public string Condition() => dice.Below(20) switch
    {
        0 => "attribute_exists(pk)",
        1 or 2 => "attribute_not_exists(pk)",
        3 or 4 => dice.Chance(70) ? BeginsWith() : Contains(),
        < 17 => $"{Single()} AND {Single()}",
        _ => Tree(dice.Below(3)),
    };

    public string Filter() => Tree(dice.Below(2));

    public string Update()
    {
        HashSet<string> used = [];
        List<string> sections = [];
        Add("SET", 70, 3, attribute => $"{attribute} = {SetValue(attribute)}", places: true);
        Add("REMOVE", 35, 2, static attribute => attribute, places: true);
        Add("ADD", 25, 1, attribute => $"{attribute} {Value(values.OfType(attribute is "ss" or "ns" or "bs" ? ValueMaker.TypeOf(attribute) : "N"))}", places: false);
        Add("DELETE", 25, 1, attribute => $"{attribute} {Value(values.OfType(attribute is "ns" or "bs" ? ValueMaker.TypeOf(attribute) : "SS"))}", places: false);
        if (sections.Count == 0) return $"SET n = {Value(values.OfType("N"))}";
        for (var i = sections.Count - 1; i > 0; i--)
        {
            var other = dice.Below(i + 1);
            (sections[i], sections[other]) = (sections[other], sections[i]);
        }

        return string.Join(' ', sections);

        void Add(string section, int percent, int most, Func<string, string> action, bool places)
        {
            if (!dice.Chance(percent)) return;
            List<string> actions = [];
            for (var i = dice.Below(most) + 1; i > 0; i--)
            {
                var path = places ? Path() : dice.Of("n", "k", "ss", "ns", "bs", "ss", "ns");
                // One path twice is mostly a mistake that the deliberate errors make already.
                if (used.Add(path.Split('.', '[')[0]) || dice.Chance(20)) actions.Add(action(path));
            }

            if (actions.Count > 0) sections.Add($"{section} {string.Join(", ", actions)}");
        }
    }

    public string Projection() => string.Join(", ", Enumerable.Range(0, dice.Below(3) + 1).Select(_ => Path()).Distinct());

    public string Name(string name)
    {
        foreach (var known in _names)
            if (known.Value!.GetValue<string>() == name) return known.Key;
        var placeholder = $"#n{_names.Count}";
        _names[placeholder] = name;
        return placeholder;
    }

    public string Value(JsonObject value)
    {
        var placeholder = $":v{_values.Count}";
        _values[placeholder] = value;
        return placeholder;
    }

    private string Tree(int depth)
    {
        if (depth == 0) return Single();
        return dice.Below(6) switch
        {
            0 or 1 => $"{Tree(depth - 1)} AND {Tree(depth - 1)}",
            2 => $"{Tree(depth - 1)} OR {Tree(depth - 1)}",
            3 => $"NOT {Single()}",
            4 => $"({Tree(depth - 1)} OR {Single()}) and {Single()}",
            _ => $"not ({Single()} AND {Single()})",
        };
    }

    private string Single()
    {
        var attribute = dice.Of(ValueMaker.Attributes);
        var path = Named(attribute);
        switch (dice.Below(13))
        {
            case 0:
                return $"attribute_exists({Path()})";
            case 1:
                return $"attribute_not_exists({Path()})";
            case 2:
                return $"attribute_type({Path()}, {Value(ValueMaker.S(dice.Of("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")))})";
            case 3:
                return BeginsWith();
            case 4:
                return Contains();
            case 5:
                return $"size({Path()}) {Sign()} {Value(ValueMaker.N(dice.Of("0", "1", "2", "3")))}";
            case 6:
                return Between();
            case 7:
                return $"{path} IN ({Value(values.Of(attribute))}, {Value(values.Of(attribute))}{(dice.Chance(30) ? ", " + Path() : "")})";
            case 8:
                return $"{Path()} {Sign()} {Path()}";
            default:
                var sign = attribute is "n" or "k" or "s" or "b" or "status" ? Sign() : dice.Of("=", "<>");
                var (left, right) = (path, Value(values.OfType(ValueMaker.TypeOf(attribute))));
                return dice.Chance(85) ? $"{left} {sign} {right}" : $"{right} {sign} {left}";
        }
    }

    private string BeginsWith() => $"begins_with({dice.Of("s", Named("status"))}, {Value(ValueMaker.S(dice.Of("a", "A", "Ab", "ab", "", "é")))})";

    private string Sign() => dice.Of("=", "<>", "<", "<=", ">", ">=");

    private string Contains() => dice.Below(5) switch
    {
        0 => $"contains(s, {Value(ValueMaker.S(dice.Of("a", "b", "B", "")))})",
        1 => $"contains(ss, {Value(values.OfType("S"))})",
        2 => $"contains(ns, {Value(values.OfType("N"))})",
        3 => $"contains(l, {Value(values.OfType(dice.Of("N", "S", "L", "M")))})",
        _ => $"contains({Path()}, {Path()})",
    };

    private string Between()
    {
        var (low, high) = dice.Of(("0", "1"), ("-1", "10"), ("9", "100"), ("1.5", "2"));
        return dice.Chance(70)
            ? $"{dice.Of("n", "k", "size(s)", "m.x")} BETWEEN {Value(ValueMaker.N(low))} AND {Value(ValueMaker.N(high))}"
            : $"s BETWEEN {Value(ValueMaker.S("A"))} AND {Value(ValueMaker.S(dice.Of("a", "b", "\uE000")))}";
    }

    private string SetValue(string target)
    {
        var attribute = target.Split('.', '[')[0] is var head && head[0] != '#' ? head : "s";
        return dice.Below(9) switch
        {
            0 or 1 => $"if_not_exists({dice.Of(target, Path())}, {Value(values.Of(attribute))})",
            2 => $"if_not_exists({Named("n")}, {Value(values.OfType("N"))}) {dice.Of("+", "-")} {Value(values.OfType("N"))}",
            3 => $"{dice.Of("n", "k", "m.x")} {dice.Of("+", "-")} {dice.Of("k", Value(values.OfType("N")))}",
            4 => $"list_append({dice.Of("l", "m.l", "if_not_exists(l, " + Value(values.OfType("L")) + ")")}, {Value(values.OfType("L"))})",
            5 => Path(),
            _ => Value(values.Of(attribute)),
        };
    }

    /// <summary>Reserved words need a placeholder; others get one sometimes.</summary>
    private string Named(string attribute) => attribute == "status" || dice.Chance(15) ? Name(attribute) : attribute;

    private string Path() => dice.Below(10) switch
    {
        0 => "l[0]",
        1 => $"l[{dice.Of("1", "2", "7")}]",
        2 => "m.x",
        3 => "m.l[0]",
        4 => $"{Named("m")}.{Named("y")}",
        _ => Named(dice.Of(ValueMaker.Attributes)),
    };
}
