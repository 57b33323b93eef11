using Oms.LocalAws.Embedded.DynamoDb.Expressions;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>One conditional write of one item, read and checked as far as it goes without the item: alone or as part of a transaction.</summary>
internal abstract class ItemWrite
{
    protected ItemWrite(RequestBody request, RequestExpressions expressions)
    {
        Condition = expressions.Condition;
        ShowsItemOnFailure = request.Choice("ReturnValuesOnConditionCheckFailure", "NONE", "ALL_OLD") == "ALL_OLD";
    }

    public Table Table { get; protected init; } = null!;

    public ItemKey Key { get; protected init; }

    public bool ShowsItemOnFailure { get; }

    protected Condition? Condition { get; }

    /// <summary>Bytes that count for the size of a transaction.</summary>
    public abstract int Payload { get; }

    /// <summary>Checked before the condition; in a transaction a reason to cancel it.</summary>
    /// <exception cref="DynamoDbException">The write does not fit the table.</exception>
    public virtual void RequireFits()
    {
    }

    public bool Holds(AttributeMap? before) => Condition is null || Condition.Holds(before ?? AttributeMap.Empty);

    /// <summary>The item as the write leaves it; null: there is none then.</summary>
    /// <exception cref="DynamoDbException">The write does not fit the item.</exception>
    public abstract AttributeMap? After(AttributeMap? before);

    /// <summary>What is billed of the write where its condition fails: the item that is there, or the one to put.</summary>
    public virtual AttributeMap? Intended => null;
}

internal sealed class ItemPut : ItemWrite
{
    private readonly AttributeMap _item;

    public ItemPut(Database database, RequestBody request, RequestExpressions expressions)
        : base(request, expressions)
    {
        var item = request.Required("Item");
        var name = request.TableName();
        _item = AttributeReader.Item(item);
        Table = database.Table(name);
        Key = ItemRules.KeyOfItem(Table, _item);
        if (_item.Size > ItemRules.MaxItemSize) throw DynamoDbException.Validation("Item size has exceeded the maximum allowed size");
    }

    public override int Payload => _item.Size;

    public override AttributeMap Intended => _item;

    public override void RequireFits() => ItemRules.RequireIndexKeys(Table, _item);

    public override AttributeMap After(AttributeMap? before) => _item;
}

/// <summary>A write that names its item by the key.</summary>
internal abstract class KeyedWrite : ItemWrite
{
    protected KeyedWrite(Database database, RequestBody request, RequestExpressions expressions)
        : base(request, expressions)
    {
        var named = AttributeReader.Item(request.Required("Key"));
        Table = database.Table(request.TableName());
        Key = ItemRules.Key(Table, named);
        Payload = named.Size;
    }

    public sealed override int Payload { get; }
}

internal sealed class ItemDelete(Database database, RequestBody request, RequestExpressions expressions) : KeyedWrite(database, request, expressions)
{
    public override AttributeMap? After(AttributeMap? before) => null;
}

internal sealed class ItemCheck(Database database, RequestBody request, RequestExpressions expressions) : KeyedWrite(database, request, expressions)
{
    public override AttributeMap? After(AttributeMap? before) => before;
}

internal sealed class ItemUpdate(Database database, RequestBody request, RequestExpressions expressions) : KeyedWrite(database, request, expressions)
{
    public Update? Update { get; } = expressions.Update;

    public override void RequireFits()
    {
        if (Update is not { } update) return;
        foreach (var head in update.Heads)
            if (Table.Definition.Key.Has(head)) throw DynamoDbException.Validation($"One or more parameter values were invalid: Cannot update attribute {head}. This attribute is part of the key");
        foreach (var (head, type) in update.KnownTypes)
            foreach (var index in Table.Indexes)
                foreach (var attribute in index.Definition.Key.Attributes)
                    if (attribute.Name == head && attribute.Type != type) throw ItemRules.IndexType(attribute, type, index);
        ItemRules.RequireScalarKeys(Table, update.NestedHeads);
    }

    /// <summary>An item that is not there yet begins with its key alone.</summary>
    public override AttributeMap After(AttributeMap? before)
    {
        var item = before ?? Table.KeyOf(Key);
        if (Update is null) return item;
        var after = Update.Apply(item);
        ItemRules.RequireUpdatedIndexKeys(Table, after);
        return after.Size <= ItemRules.MaxItemSize ? after : throw DynamoDbException.Validation("Item size to update has exceeded the maximum allowed size");
    }
}
