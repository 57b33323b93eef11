namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>A part of an expression as it was written: placeholders are not resolved, so that one parse serves every request with the same text.</summary>
internal abstract record ExpressionNode
{
    /// <summary>Stood in parentheses of its own.</summary>
    public bool Enclosed { get; init; }
}

/// <summary>What has a value: a path, a placeholder, size(…), or in an update a sum or another function.</summary>
internal abstract record Operand : ExpressionNode;

/// <param name="Name">An attribute name, or a placeholder with its #; null for a place in a list.</param>
/// <param name="Index">The place in a list.</param>
internal readonly record struct PathStep(string? Name, int Index)
{
    public bool IsPlaceholder => Name is ['#', ..];
}

internal sealed record PathOperand(PathStep[] Steps) : Operand;

/// <param name="Name">The placeholder with its colon.</param>
internal sealed record ValueOperand(string Name) : Operand;

/// <summary>A function; whether it is one that gives a value or one that is true or false, its name says.</summary>
internal sealed record FunctionOperand(string Name, Operand[] Arguments) : Operand;

/// <param name="Operator">+ or -.</param>
internal sealed record SumOperand(char Operator, Operand Left, Operand Right) : Operand;

internal abstract record ConditionNode : ExpressionNode;

internal sealed record AndNode(ConditionNode Left, ConditionNode Right) : ConditionNode;

internal sealed record OrNode(ConditionNode Left, ConditionNode Right) : ConditionNode;

internal sealed record NotNode(ConditionNode Inner) : ConditionNode;

/// <param name="Operator">=, &lt;&gt;, &lt;, &lt;=, &gt; or &gt;=.</param>
internal sealed record ComparisonNode(string Operator, Operand Left, Operand Right) : ConditionNode;

internal sealed record BetweenNode(Operand Value, Operand Low, Operand High) : ConditionNode;

internal sealed record InNode(Operand Value, Operand[] Choices) : ConditionNode;

/// <summary>A function that is true or false.</summary>
internal sealed record FunctionNode(FunctionOperand Function) : ConditionNode;

internal sealed record ConditionExpression(ConditionNode Root, bool HasRedundantParentheses)
{
    private SingleCondition[]? _singles;

    /// <summary>Its comparisons and functions in the order of the text, taken apart once.</summary>
    public SingleCondition[] Singles => _singles ??= [.. ConditionCheck.SinglesOf(Root)];

    /// <summary>Names of functions and attributes were checked; that does not depend on the request.</summary>
    public bool IsKnownGood { get; set; }
}

/// <param name="Node">A comparison, BETWEEN, IN or a function.</param>
/// <param name="Operands">All operands in it, with those inside of functions.</param>
internal sealed record SingleCondition(ConditionNode Node, Operand[] Operands);

internal enum UpdateSection
{
    Set,
    Remove,
    Add,
    Delete,
}

/// <param name="Value">What to set, add or delete; null for REMOVE.</param>
internal sealed record UpdateAction(UpdateSection Section, PathOperand Path, Operand? Value);

/// <param name="RepeatedSection">A section that stands twice, which is refused.</param>
internal sealed record UpdateExpression(UpdateAction[] Actions, UpdateSection? RepeatedSection, bool HasRedundantParentheses)
{
    private Operand[]? _operands;

    /// <summary>All paths and operands in it, taken apart once.</summary>
    public Operand[] Operands => _operands ??= [.. Actions.SelectMany(static action => action.Value is { } value ? ConditionCheck.WithArguments(value).Prepend(action.Path) : [action.Path])];

    /// <summary>Names of functions and attributes were checked; that does not depend on the request.</summary>
    public bool IsKnownGood { get; set; }
}

internal sealed record ProjectionExpression(PathOperand[] Paths);
