using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>What DynamoDB refuses in an update before it looks at an item, in the order in which it looks for it.</summary>
internal sealed class UpdateCheck(Placeholders placeholders)
{
    /// <exception cref="ExpressionException">The update is refused.</exception>
    public void Require(UpdateExpression update)
    {
        if (update.HasRedundantParentheses) throw new ExpressionException("The expression has redundant parentheses;");
        var operands = update.Operands;
        if (!update.IsKnownGood)
        {
            foreach (var path in operands.OfType<PathOperand>()) ConditionCheck.RequireNotReserved(path);
            foreach (var function in operands.OfType<FunctionOperand>()) RequireKnown(function.Name);
            update.IsKnownGood = true;
        }

        if (update.RepeatedSection is { } section)
            throw new ExpressionException($"The \"{section.ToString().ToUpperInvariant()}\" section can only be used once in an update expression;");
        foreach (var operand in operands)
            if (operand is PathOperand path) Resolve(path);
        foreach (var operand in operands)
            if (operand is ValueOperand value) placeholders.Value(value.Name);
        if (update.Actions.Length > 1) PathCheck.Require([.. update.Actions.Select(static action => action.Path)], placeholders);
        foreach (var action in update.Actions)
            if (action.Section is UpdateSection.Add or UpdateSection.Delete) RequireOperand(action);
        foreach (var operand in operands) RequireTypes(operand);
    }

    private void Resolve(PathOperand path)
    {
        foreach (var step in path.Steps)
            if (step.Name is not null) placeholders.Name(step);
    }

    private static void RequireKnown(string function)
    {
        if (function is "if_not_exists" or "list_append") return;
        throw new ExpressionException(function is "attribute_exists" or "attribute_not_exists" or "attribute_type" or "begins_with" or "contains" or "size"
            ? $"The function is not allowed in an update expression; function: {function}"
            : $"Invalid function name; function: {function}");
    }

    private void RequireOperand(UpdateAction action)
    {
        var type = TypeOf(action.Value!)!.Value;
        var name = action.Section.ToString().ToUpperInvariant();
        if (type is AttributeType.SS or AttributeType.NS or AttributeType.BS || (type == AttributeType.N && action.Section == UpdateSection.Add)) return;
        throw new ExpressionException($"Incorrect operand type for operator or function; operator: {name}, operand type: {LongName(type)}, typeSet: ALLOWED_FOR_{name}_OPERAND");
    }

    private static string LongName(AttributeType type) => type switch
    {
        AttributeType.S => "STRING",
        AttributeType.N => "NUMBER",
        AttributeType.B => "BINARY",
        AttributeType.BOOL => "BOOLEAN",
        AttributeType.L => "LIST",
        AttributeType.M => "MAP",
        _ => type.ToString(),
    };

    private void RequireTypes(Operand operand)
    {
        switch (operand)
        {
            case FunctionOperand { Arguments.Length: not 2 } function:
                throw new ExpressionException($"Incorrect number of operands for operator or function; operator or function: {function.Name}, number of operands: {function.Arguments.Length}");
            case FunctionOperand { Name: "if_not_exists", Arguments: [not PathOperand, _] }:
                throw new ExpressionException("Operator or function requires a document path; operator or function: if_not_exists");
            case FunctionOperand { Name: "list_append" } append:
                foreach (var argument in append.Arguments)
                    if (TypeOf(argument) is { } type and not AttributeType.L) throw WrongType("list_append", type);
                break;
            case SumOperand sum:
                foreach (var side in (Operand[])[sum.Left, sum.Right])
                    if (TypeOf(side) is { } type and not AttributeType.N) throw WrongType(sum.Operator.ToString(), type);
                break;
        }
    }

    private static ExpressionException WrongType(string name, AttributeType type) =>
        new($"Incorrect operand type for operator or function; operator or function: {name}, operand type: {type}");

    private AttributeType? TypeOf(Operand operand) => operand is ValueOperand value ? placeholders.Value(value.Name).Type : null;
}
