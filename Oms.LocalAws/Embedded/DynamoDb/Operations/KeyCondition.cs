using Oms.LocalAws.Embedded.DynamoDb.Expressions;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>
/// What a KeyConditionExpression asks for: one partition, and in it one condition on the sort key at most.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
/// </summary>
internal sealed class KeyCondition
{
    private readonly string? _operator;
    private readonly AttributeValue[] _operands = [];

    /// <exception cref="DynamoDbException">The condition does not fit the key.</exception>
    public KeyCondition(Condition condition, KeySchema key)
    {
        Dictionary<string, (string Operator, AttributeValue[] Operands)> conditions = new(StringComparer.Ordinal);
        foreach (var single in Singles(condition.Root))
        {
            var (name, sign, operands) = Read(single, condition.Placeholders);
            if (!conditions.TryAdd(name, (sign, operands))) throw DynamoDbException.Validation("KeyConditionExpressions must only contain one condition per key");
        }

        if (conditions.Count > 2) throw DynamoDbException.Validation("Conditions can be of length 1 or 2 only");
        if (conditions.Count > key.Count) throw DynamoDbException.Validation("Query key condition not supported");
        if (!conditions.TryGetValue(key.Partition.Name, out var partition)) throw DynamoDbException.Validation($"Query condition missed key schema element: {key.Partition.Name}");
        RequireTypes(key.Partition, partition.Operands, isPartition: true);
        if (partition.Operator != "=") throw DynamoDbException.Validation("Query key condition not supported");
        Partition = partition.Operands[0];
        if (conditions.Count == 1) return;
        if (!conditions.TryGetValue(key.Sort!.Name, out var sort)) throw DynamoDbException.Validation($"Query condition missed key schema element: {key.Sort.Name}");
        RequireTypes(key.Sort, sort.Operands, isPartition: false);
        (_operator, _operands) = sort;
    }

    public AttributeValue Partition { get; }

    public bool HasSort => _operator is not null;

    /// <summary>Where a walk forward or backward begins.</summary>
    public Bound Start(bool backward) => (_operator, backward) switch
    {
        ("=", _) => new(Partition, _operands[0], null, IsAfter: backward),
        (">=" or "between", false) => new(Partition, _operands[0], null, IsAfter: false),
        (">", false) => new(Partition, _operands[0], null, IsAfter: true),
        ("<=", true) => new(Partition, _operands[0], null, IsAfter: true),
        ("<", true) => new(Partition, _operands[0], null, IsAfter: false),
        ("between", true) => new(Partition, _operands[1], null, IsAfter: true),
        ("begins_with", _) => new(Partition, _operands[0], null, IsAfter: backward, IsPrefix: true),
        _ => new(Partition, null, null, IsAfter: backward),
    };

    public bool Holds(ItemKey position) => position.Partition.Equals(Partition) && HoldsSort(position);

    public bool HoldsSort(ItemKey position) => _operator switch
    {
        null => true,
        "begins_with" => Condition.BeginsWith(position.Sort, _operands[0]),
        "between" => position.Sort!.Order(_operands[0]) >= 0 && position.Sort.Order(_operands[1]) <= 0,
        "=" => position.Sort!.Order(_operands[0]) == 0,
        "<" => position.Sort!.Order(_operands[0]) < 0,
        "<=" => position.Sort!.Order(_operands[0]) <= 0,
        ">" => position.Sort!.Order(_operands[0]) > 0,
        _ => position.Sort!.Order(_operands[0]) >= 0,
    };

    private static void RequireTypes(KeyAttribute attribute, AttributeValue[] operands, bool isPartition)
    {
        foreach (var operand in operands)
        {
            if (operand.Type != attribute.Type) throw DynamoDbException.Validation("One or more parameter values were invalid: Condition parameter type does not match schema type");
            ItemRules.RequireKeyValue(operand, attribute, isPartition);
        }
    }

    private static IEnumerable<ConditionNode> Singles(ConditionNode node) => node switch
    {
        AndNode and => Singles(and.Left).Concat(Singles(and.Right)),
        OrNode => throw NotAllowed("OR"),
        NotNode => throw NotAllowed("NOT"),
        InNode => throw NotAllowed("IN"),
        _ => [node],
    };

    private static (string Name, string Operator, AttributeValue[] Operands) Read(ConditionNode single, Placeholders placeholders)
    {
        switch (single)
        {
            case ComparisonNode { Operator: "<>" }:
                throw NotAllowed("<>");
            case ComparisonNode comparison when comparison.Left is FunctionOperand || comparison.Right is FunctionOperand:
            case BetweenNode { Value: FunctionOperand } or BetweenNode { Low: FunctionOperand } or BetweenNode { High: FunctionOperand }:
                throw DynamoDbException.Validation("KeyConditionExpressions cannot contain nested operations");
            case ComparisonNode { Left: PathOperand, Right: PathOperand }:
                throw DynamoDbException.Validation("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
            case ComparisonNode { Left: PathOperand path, Right: ValueOperand value } comparison:
                return (Name(path, placeholders), comparison.Operator, [placeholders.Value(value.Name)]);
            case ComparisonNode { Left: ValueOperand value, Right: PathOperand path } comparison:
                return (Name(path, placeholders), Turned(comparison.Operator), [placeholders.Value(value.Name)]);
            case BetweenNode { Value: PathOperand path, Low: ValueOperand low, High: ValueOperand high }:
                return (Name(path, placeholders), "between", [placeholders.Value(low.Name), placeholders.Value(high.Name)]);
            case BetweenNode { Value: PathOperand }:
                throw DynamoDbException.Validation("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
            case BetweenNode:
                throw DynamoDbException.Validation("Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand");
            case FunctionNode { Function: { Name: "begins_with", Arguments: [PathOperand path, ValueOperand prefix] } }:
                return (Name(path, placeholders), "begins_with", [placeholders.Value(prefix.Name)]);
            case FunctionNode { Function.Name: "begins_with" }:
                throw DynamoDbException.Validation("Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand");
            case FunctionNode { Function: var function }:
                throw NotAllowed(function.Name);
            default:
                throw DynamoDbException.Validation("Invalid condition in KeyConditionExpression: No key attribute specified");
        }
    }

    private static string Name(PathOperand path, Placeholders placeholders) => path.Steps.Length == 1
        ? placeholders.Name(path.Steps[0])
        : throw DynamoDbException.Validation("KeyConditionExpressions cannot have conditions on nested attributes");

    private static string Turned(string sign) => sign switch
    {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        _ => sign,
    };

    private static DynamoDbException NotAllowed(string sign) => DynamoDbException.Validation($"Invalid operator used in KeyConditionExpression: {sign}");
}
