using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>
/// A checked update with the placeholders of its request. All its values are computed from the item as it was; what it
/// sets is put before anything is removed, so that places in lists mean those before the update.
/// </summary>
internal sealed class Update(UpdateAction[] actions, Placeholders placeholders)
{
    private const string WrongType = "An operand in the update expression has an incorrect data type";
    private const string NoWay = "The document path provided in the update expression is invalid for update";
    private const string NothingThere = "The provided expression refers to an attribute that does not exist in the item";
    private const string TooDeep = "Nesting Levels have exceeded supported limits";

    private IEnumerable<PathOperand> Paths => actions.Select(static action => action.Path);

    /// <summary>The first names of all paths that it changes.</summary>
    public IEnumerable<string> Heads => actions.Select(action => placeholders.Name(action.Path.Steps[0]));

    /// <summary>The first names of all paths in it that go into a map or list.</summary>
    public IEnumerable<string> NestedHeads => actions
        .SelectMany(static action => action.Value is { } value ? ConditionCheck.WithArguments(value).Prepend(action.Path) : [action.Path])
        .OfType<PathOperand>().Where(static path => path.Steps.Length > 1).Select(path => placeholders.Name(path.Steps[0]));

    /// <summary>The types that attributes of the item are set to, where they show without an item.</summary>
    public IEnumerable<(string Head, AttributeType Type)> KnownTypes =>
        from action in actions
        let value = action.Value as ValueOperand
        where value is not null && action.Path.Steps.Length == 1
        select (placeholders.Name(action.Path.Steps[0]), placeholders.Value(value.Name).Type);

    /// <summary>What lies at the paths of the update.</summary>
    public AttributeMap Part(AttributeMap item) => new Projection(Paths, placeholders).Of(item);

    /// <exception cref="DynamoDbException">The update does not fit the item: paths first, then types, then what is missing, then what becomes too deep.</exception>
    public AttributeMap Apply(AttributeMap item)
    {
        foreach (var action in actions)
            if (!DocumentPath.Leads(action.Path, placeholders, item)) throw DynamoDbException.Validation(NoWay);
        foreach (var action in actions) RequireTypes(action, item);
        // Adding to the end of a list takes the smallest index first. Removing takes the longest path first and then the greatest index: it
        // moves what lies behind it, so that no path that is still to go may lead through there.
        var changes = Array.ConvertAll(actions, action => (action.Path, Value: Result(action, item)));
        if (Array.Exists(changes, static change => change.Value is { } value && change.Path.Steps.Length - 1 + value.Depth > AttributeValue.MaxDepth)) throw DynamoDbException.Validation(TooDeep);
        var changed = item;
        if (!Array.Exists(changes, static change => change.Path.Steps[^1].Name is null))
        {
            foreach (var (path, value) in changes) changed = Changed(changed, path, value);
            return changed;
        }

        foreach (var (path, value) in changes.Where(static change => change.Value is not null).OrderBy(static change => Place(change.Path)))
            changed = Changed(changed, path, value);
        foreach (var (path, _) in changes.Where(static change => change.Value is null).OrderByDescending(static change => change.Path.Steps.Length).ThenByDescending(static change => Place(change.Path)))
            changed = Changed(changed, path, null);
        return changed;
    }

    private void RequireTypes(UpdateAction action, AttributeMap item)
    {
        if (action.Value is null) return;
        foreach (var operand in ConditionCheck.WithArguments(action.Value))
        {
            if (operand is SumOperand sum && (Lacks<NumberValue>(sum.Left, item) || Lacks<NumberValue>(sum.Right, item))) throw DynamoDbException.Validation(WrongType);
            if (operand is FunctionOperand { Name: "list_append" } append && append.Arguments.Any(argument => Lacks<ListValue>(argument, item))) throw DynamoDbException.Validation(WrongType);
        }

        if (action.Section != UpdateSection.Set && DocumentPath.Find(action.Path, placeholders, item) is { } present && present.Type != Value(action.Value, item)!.Type)
            throw DynamoDbException.Validation(WrongType);
    }

    /// <summary>The operand has a value, and it is none of the wanted ones.</summary>
    private bool Lacks<T>(Operand operand, AttributeMap item)
        where T : AttributeValue => Value(operand, item) is { } value and not T;

    private static int Place(PathOperand path) => path.Steps[^1].Name is null ? path.Steps[^1].Index : 0;

    private AttributeMap Changed(AttributeMap item, PathOperand path, AttributeValue? value) =>
        DocumentPath.Change(item, path, placeholders, value) ?? throw DynamoDbException.Validation(NoWay);

    /// <summary>The value that the path has afterwards; null is none.</summary>
    private AttributeValue? Result(UpdateAction action, AttributeMap item)
    {
        if (action.Value is null) return null;
        var operand = Value(action.Value, item) ?? throw DynamoDbException.Validation(NothingThere);
        if (action.Section == UpdateSection.Set) return operand;
        var present = DocumentPath.Find(action.Path, placeholders, item);
        return action.Section == UpdateSection.Add ? Sum(present, operand) : Difference(present, operand);
    }

    private static AttributeValue Sum(AttributeValue? present, AttributeValue added) => present switch
    {
        null => added,
        NumberValue number => new NumberValue(number.Number + ((NumberValue)added).Number),
        _ => new SetValue(((SetValue)present).Members.Union(((SetValue)added).Members)),
    };

    private static SetValue? Difference(AttributeValue? present, AttributeValue taken)
    {
        if (present is not SetValue set) return null;
        AttributeValue[] left = [.. set.Members.Except(((SetValue)taken).Members)];
        return left.Length == 0 ? null : new SetValue(left);
    }

    /// <summary>Null where a part is missing.</summary>
    private AttributeValue? Value(Operand operand, AttributeMap item) => operand switch
    {
        ValueOperand value => placeholders.Value(value.Name),
        PathOperand path => DocumentPath.Find(path, placeholders, item),
        SumOperand sum => (Value(sum.Left, item), Value(sum.Right, item)) is (NumberValue one, NumberValue other)
            ? new NumberValue(sum.Operator == '+' ? one.Number + other.Number : one.Number - other.Number)
            : null,
        FunctionOperand { Name: "if_not_exists", Arguments: [PathOperand path, var other] } => DocumentPath.Find(path, placeholders, item) ?? Value(other, item),
        FunctionOperand { Name: "list_append", Arguments: [var head, var tail] } => (Value(head, item), Value(tail, item)) is (ListValue one, ListValue other)
            ? new ListValue([.. one.Elements, .. other.Elements])
            : null,
        _ => throw new NotSupportedException($"no operand of an update: {operand}"),
    };
}
