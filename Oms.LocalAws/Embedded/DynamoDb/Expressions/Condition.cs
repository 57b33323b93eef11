using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>A checked condition with the placeholders of its request, to be held against items.</summary>
internal sealed class Condition(ConditionNode root, Placeholders placeholders)
{
    public ConditionNode Root => root;

    public Placeholders Placeholders => placeholders;

    public bool Holds(AttributeMap item) => Holds(root, item);

    /// <summary>The first names of all paths in it.</summary>
    public IEnumerable<(string Head, bool Nested)> Heads() =>
        Parts(root).OfType<PathOperand>().Select(path => (placeholders.Name(path.Steps[0]), path.Steps.Length > 1));

    private bool Holds(ConditionNode node, AttributeMap item) => node switch
    {
        AndNode and => Holds(and.Left, item) && Holds(and.Right, item),
        OrNode or => Holds(or.Left, item) || Holds(or.Right, item),
        NotNode not => !Holds(not.Inner, item),
        ComparisonNode comparison => Compares(comparison.Operator, Value(comparison.Left, item), Value(comparison.Right, item)),
        BetweenNode between => Value(between.Value, item) is var value && Compares(">=", value, Value(between.Low, item)) && Compares("<=", value, Value(between.High, item)),
        InNode choice => Value(choice.Value, item) is { } value && choice.Choices.Any(one => value.Equals(Value(one, item))),
        FunctionNode { Function: var function } => Holds(function, item),
        _ => throw new NotSupportedException($"no condition: {node}"),
    };

    /// <summary>Values of different types, and values that are not there, are unequal and have no order.</summary>
    private static bool Compares(string sign, AttributeValue? left, AttributeValue? right)
    {
        if (sign == "=") return left is not null && left.Equals(right);
        if (sign == "<>") return left is null || !left.Equals(right);
        if (left is null || right is null || left.Type != right.Type || left.Type is not (AttributeType.S or AttributeType.N or AttributeType.B)) return false;
        var order = left.Order(right);
        return sign switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private bool Holds(FunctionOperand function, AttributeMap item)
    {
        var first = Value(function.Arguments[0], item);
        var second = function.Arguments.Length > 1 ? Value(function.Arguments[1], item) : null;
        return function.Name switch
        {
            "attribute_exists" => first is not null,
            "attribute_not_exists" => first is null,
            "attribute_type" => first?.Type.ToString() == (second as TextValue)?.Text,
            "begins_with" => BeginsWith(first, second),
            _ => second is not null && Contains(first, second),
        };
    }

    internal static bool BeginsWith(AttributeValue? value, AttributeValue? prefix) => (value, prefix) switch
    {
        (TextValue text, TextValue start) => text.Text.StartsWith(start.Text, StringComparison.Ordinal),
        (BinaryValue binary, BinaryValue start) => binary.Bytes.AsSpan().StartsWith(start.Bytes),
        _ => false,
    };

    private static bool Contains(AttributeValue? value, AttributeValue part) => (value, part) switch
    {
        (TextValue text, TextValue piece) => text.Text.Contains(piece.Text, StringComparison.Ordinal),
        (BinaryValue binary, BinaryValue piece) => binary.Bytes.AsSpan().IndexOf(piece.Bytes) >= 0,
        (SetValue set, _) => set.Members.Contains(part),
        (ListValue list, _) => list.Elements.Contains(part),
        _ => false,
    };

    private AttributeValue? Value(Operand operand, AttributeMap item) => operand switch
    {
        ValueOperand value => placeholders.Value(value.Name),
        PathOperand path => DocumentPath.Find(path, placeholders, item),
        FunctionOperand { Name: "size", Arguments: [var of] } => SizeOf(Value(of, item)),
        _ => throw new NotSupportedException($"no operand of a condition: {operand}"),
    };

    /// <summary>The length of a text, bytes of a binary, members of a set, elements of a list, attributes of a map; nothing else has a size.</summary>
    private static NumberValue? SizeOf(AttributeValue? value)
    {
        int? size = value switch
        {
            TextValue text => text.Text.Length,
            BinaryValue binary => binary.Bytes.Length,
            SetValue set => set.Members.Length,
            ListValue list => list.Elements.Length,
            MapValue map => map.Attributes.Count,
            _ => null,
        };
        return size is { } known ? new NumberValue(Number.Of(known)) : null;
    }

    private static IEnumerable<Operand> Parts(ConditionNode node) => node switch
    {
        AndNode and => Parts(and.Left).Concat(Parts(and.Right)),
        OrNode or => Parts(or.Left).Concat(Parts(or.Right)),
        NotNode not => Parts(not.Inner),
        ComparisonNode comparison => Parts(comparison.Left, comparison.Right),
        BetweenNode between => Parts(between.Value, between.Low, between.High),
        InNode choice => Parts([choice.Value, .. choice.Choices]),
        FunctionNode function => Parts(function.Function),
        _ => [],
    };

    private static IEnumerable<Operand> Parts(params Operand[] operands) => operands.SelectMany(ConditionCheck.WithArguments);
}
