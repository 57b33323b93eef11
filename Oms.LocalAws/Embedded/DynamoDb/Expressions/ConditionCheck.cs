using System.Collections.Frozen;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>What DynamoDB refuses in a condition before it looks at an item, in the order in which it looks for it.</summary>
internal sealed class ConditionCheck(Placeholders placeholders)
{
    private const int MaxChoices = 100;

    private static readonly FrozenSet<string> TypeNames = Enum.GetNames<AttributeType>().ToFrozenSet(StringComparer.Ordinal);

    private static readonly Dictionary<string, int> Functions = new(StringComparer.Ordinal)
    {
        ["attribute_exists"] = 1,
        ["attribute_not_exists"] = 1,
        ["attribute_type"] = 2,
        ["begins_with"] = 2,
        ["contains"] = 2,
        ["size"] = 1,
    };

    /// <exception cref="ExpressionException">The condition is refused.</exception>
    public void Require(ConditionExpression condition)
    {
        if (condition.HasRedundantParentheses) throw new ExpressionException("The expression has redundant parentheses;");
        if (!condition.IsKnownGood)
        {
            foreach (var single in condition.Singles)
                foreach (var operand in single.Operands) RequireKnown(operand);
            RequireUses(condition);
            condition.IsKnownGood = true;
        }

        foreach (var single in condition.Singles) RequireValid(single.Node, single.Operands);
    }

    public static void RequireNotReserved(PathOperand path)
    {
        foreach (var step in path.Steps)
            if (step.Name is { } name && !step.IsPlaceholder && ReservedWords.Contains(name))
                throw new ExpressionException($"Attribute name is a reserved keyword; reserved keyword: {name}");
    }

    private static void RequireKnown(Operand operand)
    {
        if (operand is FunctionOperand function && !Functions.ContainsKey(function.Name)) throw new ExpressionException($"Invalid function name; function: {function.Name}");
        if (operand is PathOperand path) RequireNotReserved(path);
    }

    /// <summary>Only size has a value to compare, and it alone is no condition.</summary>
    private static void RequireUses(ConditionExpression condition)
    {
        foreach (var (single, _) in condition.Singles)
        {
            if (single is FunctionNode { Function.Name: "size" }) throw Misused("size");
            foreach (var operand in single is FunctionNode { Function: var outer } ? outer.Arguments : Direct(single))
                foreach (var function in WithArguments(operand).OfType<FunctionOperand>())
                    if (function.Name != "size") throw Misused(function.Name);
        }

        static ExpressionException Misused(string function) => new($"The function is not allowed to be used this way in an expression; function: {function}");
    }

    private void RequireValid(ConditionNode single, Operand[] operands)
    {
        foreach (var operand in operands) Resolve(operand);
        foreach (var operand in operands)
            if (operand is FunctionOperand function) RequireCount(function);
        if (single is InNode { Choices.Length: > MaxChoices } many)
            throw new ExpressionException($"The IN operator is provided with too many operands; number of operands: {many.Choices.Length}");
        switch (single)
        {
            case ComparisonNode comparison:
                RequireDistinct(comparison.Operator, comparison.Left, comparison.Right);
                break;
            case InNode choice:
                foreach (var one in choice.Choices) RequireDistinct("IN", choice.Value, one);
                break;
            case BetweenNode between:
                RequireDistinct("BETWEEN", between.Value, between.Low);
                RequireDistinct("BETWEEN", between.Value, between.High);
                break;
            case FunctionNode { Function: { Arguments: [var first, var second] } function }:
                RequireDistinct(function.Name, first, second);
                break;
        }

        foreach (var operand in operands)
            if (operand is FunctionOperand function) RequireArguments(function);
        switch (single)
        {
            case ComparisonNode { Operator: not "=" and not "<>" } comparison:
                RequireOrdered(comparison.Operator, comparison.Left);
                RequireOrdered(comparison.Operator, comparison.Right);
                break;
            case BetweenNode between:
                RequireOrdered("BETWEEN", between.Value);
                RequireOrdered("BETWEEN", between.Low);
                RequireOrdered("BETWEEN", between.High);
                RequireBounds(between);
                break;
        }
    }

    private void Resolve(Operand operand)
    {
        if (operand is ValueOperand value) placeholders.Value(value.Name);
        if (operand is PathOperand path)
            foreach (var step in path.Steps)
                if (step.Name is not null) placeholders.Name(step);
    }

    private static void RequireCount(FunctionOperand function)
    {
        if (Functions[function.Name] != function.Arguments.Length)
            throw new ExpressionException($"Incorrect number of operands for operator or function; operator or function: {function.Name}, number of operands: {function.Arguments.Length}");
    }

    private void RequireDistinct(string name, Operand first, Operand second)
    {
        if (first is PathOperand one && second is PathOperand other && placeholders.Text(one) == placeholders.Text(other))
            throw new ExpressionException($"The first operand must be distinct from the remaining operands for this operator or function; operator: {name}, first operand: {placeholders.Text(one)}");
    }

    private void RequireArguments(FunctionOperand function)
    {
        switch (function.Name)
        {
            case "attribute_exists" or "attribute_not_exists" when function.Arguments[0] is not PathOperand:
                throw new ExpressionException($"Operator or function requires a document path; operator or function: {function.Name}");
            case "begins_with":
                foreach (var argument in function.Arguments)
                    if (TypeOf(argument) is { } type and not (AttributeType.S or AttributeType.B)) throw WrongType(function.Name, type.ToString());
                break;
            case "attribute_type":
                if (TypeOf(function.Arguments[1]) is not AttributeType.S and var actual) throw WrongType(function.Name, actual?.ToString() ?? "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
                var name = ((TextValue)placeholders.Value(((ValueOperand)function.Arguments[1]).Name)).Text;
                if (!TypeNames.Contains(name))
                    throw new ExpressionException($"Invalid attribute type name found; type: {name}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}");
                break;
            case "size" when TypeOf(function.Arguments[0]) is AttributeType.N or AttributeType.BOOL or AttributeType.NULL:
                throw WrongType(function.Name, TypeOf(function.Arguments[0]).ToString()!);
        }
    }

    private void RequireOrdered(string name, Operand operand)
    {
        if (TypeOf(operand) is { } type and not (AttributeType.S or AttributeType.N or AttributeType.B)) throw WrongType(name, type.ToString());
    }

    private void RequireBounds(BetweenNode between)
    {
        if (between.Low is not ValueOperand lower || between.High is not ValueOperand upper) return;
        var (low, high) = (placeholders.Value(lower.Name), placeholders.Value(upper.Name));
        var bounds = $"lower bound operand: AttributeValue: {{{low.Type}:{Shown(low)}}}, upper bound operand: AttributeValue: {{{high.Type}:{Shown(high)}}}";
        if (low.Type != high.Type) throw new ExpressionException($"The BETWEEN operator requires same data type for lower and upper bounds; {bounds}");
        if (low.Order(high) > 0) throw new ExpressionException($"The BETWEEN operator requires upper bound to be greater than or equal to lower bound; {bounds}");
    }

    private static string Shown(AttributeValue value) => value switch
    {
        TextValue text => text.Text,
        NumberValue number => number.Text,
        _ => Convert.ToBase64String(((BinaryValue)value).Bytes),
    };

    private static ExpressionException WrongType(string name, string type) =>
        new($"Incorrect operand type for operator or function; operator or function: {name}, operand type: {type}");

    /// <summary>The type that is known without an item.</summary>
    private AttributeType? TypeOf(Operand operand) => operand switch
    {
        ValueOperand value => placeholders.Value(value.Name).Type,
        FunctionOperand { Name: "size" } => AttributeType.N,
        _ => null,
    };

    private static IEnumerable<ConditionNode> Singles(ConditionNode node) => node switch
    {
        AndNode and => Singles(and.Left).Concat(Singles(and.Right)),
        OrNode or => Singles(or.Left).Concat(Singles(or.Right)),
        NotNode not => Singles(not.Inner),
        _ => [node],
    };

    internal static IEnumerable<SingleCondition> SinglesOf(ConditionNode root) =>
        Singles(root).Select(static single => new SingleCondition(single, [.. Direct(single).SelectMany(WithArguments)]));

    private static IEnumerable<Operand> Direct(ConditionNode single) => single switch
    {
        ComparisonNode comparison => [comparison.Left, comparison.Right],
        BetweenNode between => [between.Value, between.Low, between.High],
        InNode choice => choice.Choices.Prepend(choice.Value),
        FunctionNode function => [function.Function],
        _ => [],
    };

    internal static IEnumerable<Operand> WithArguments(Operand operand) => operand switch
    {
        FunctionOperand function => function.Arguments.SelectMany(WithArguments).Prepend(function),
        SumOperand sum => WithArguments(sum.Left).Concat(WithArguments(sum.Right)).Prepend(sum),
        _ => [operand],
    };
}
