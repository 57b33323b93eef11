using Oms.LocalAws.Embedded.DynamoDb.Expressions;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>What Query and Scan have in common: which table or index is read, and what of it is wanted.</summary>
internal sealed class Reading
{
    private readonly string? _select;

    /// <exception cref="DynamoDbException">A parameter is refused, or the table or index does not exist.</exception>
    public Reading(Database database, RequestBody request)
    {
        Capacity = new Capacity(request);
        Limit = request.Number("Limit", least: 1);
        Consistent = request.Flag("ConsistentRead");
        _select = request.Element("Select") is null ? null : request.Choice("Select", "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES");
        Expressions = new RequestExpressions(request);
        var name = request.Text("IndexName");
        RequireSelection(name);
        Table = database.Table(request.TableName());
        if (name is null) return;
        Index = Table.Indexes.FirstOrDefault(index => index.Definition.Name == name) ?? throw DynamoDbException.Validation($"The table does not have the specified index: {name}");
        if (Consistent) throw DynamoDbException.Validation("Consistent reads are not supported on global secondary indexes");
        if (_select == "ALL_ATTRIBUTES" && Index.Definition.Projection != "ALL")
            throw DynamoDbException.Validation($"One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index {name} because its projection type is not ALL");
    }

    public Table Table { get; }

    public SecondaryIndex? Index { get; }

    public RequestExpressions Expressions { get; }

    public Capacity Capacity { get; }

    public int? Limit { get; }

    public bool Consistent { get; }

    public bool CountsOnly => _select == "COUNT";

    public KeySchema Key => Index?.Definition.Key ?? Table.Definition.Key;

    public SortedEntries Entries => Index?.Entries ?? Table.Entries;

    /// <summary>Filter and projection against keys and the index's projection.</summary>
    /// <exception cref="DynamoDbException">They do not fit.</exception>
    public void RequireFits(bool isQuery)
    {
        (string Head, bool Nested)[] filtered = Expressions.Filter is { } filter ? [.. filter.Heads()] : [];
        (string Head, bool Nested)[] projected = Expressions.Projection is { } projection ? [.. projection.Heads] : [];
        ItemRules.RequireScalarKeys(Table, projected.Where(static path => path.Nested).Select(static path => path.Head));
        foreach (var (head, _) in filtered)
            if (isQuery && Key.Has(head)) throw DynamoDbException.Validation($"Filter Expression can only contain non-primary key attributes: Primary key attribute: {head}");
        ItemRules.RequireScalarKeys(Table, filtered.Where(static path => path.Nested).Select(static path => path.Head));
        if (Index is not { Definition: var index }) return;
        string[] missing = [.. filtered.Select(static path => path.Head).Where(head => !index.Projects(head)).Distinct()];
        if (missing.Length > 0) throw DynamoDbException.Validation($"One or more parameter values were invalid: Secondary index {index.Name} does not project one or more filter attributes: [{string.Join(", ", missing)}]");
        missing = [.. projected.Select(static path => path.Head).Where(head => !index.Projects(head)).Distinct()];
        if (missing.Length > 0) throw DynamoDbException.Validation($"One or more parameter values were invalid: Global secondary index {index.Name} does not project [{string.Join(", ", missing)}]");
    }

    /// <summary>The entry after which the page begins; it need not be there any more.</summary>
    /// <exception cref="DynamoDbException">It is no key of the table or index.</exception>
    public (ItemKey Position, ItemKey? Key)? StartKey(RequestBody request)
    {
        if (request.Element("ExclusiveStartKey") is not { } given) return null;
        var named = AttributeReader.Item(given);
        var wanted = Table.Definition.Key.Attributes.Concat(Key.Attributes).DistinctBy(static attribute => attribute.Name).Count();
        if (named.Count != wanted || Key.Of(named) is not { } position || Table.Definition.Key.Of(named) is not { } key) throw DynamoDbException.Validation("The provided starting key is invalid");
        return (position, Index is null ? null : key);
    }

    public AttributeMap KeyOf(Entry entry)
    {
        var key = Table.KeyOf(entry.Key);
        if (Index is null) return key;
        var indexKey = Index.Definition.Key;
        key = key.With(indexKey.Partition.Name, entry.Position.Partition);
        return indexKey.Sort is { } sort ? key.With(sort.Name, entry.Position.Sort!) : key;
    }

    private void RequireSelection(string? index)
    {
        if (_select == "ALL_PROJECTED_ATTRIBUTES" && index is null) throw DynamoDbException.Validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
        if (_select == "SPECIFIC_ATTRIBUTES" && Expressions.Projection is null) throw DynamoDbException.Validation("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
        if (_select is not null and not "SPECIFIC_ATTRIBUTES" && Expressions.Projection is not null) throw DynamoDbException.Validation($"Cannot specify the ProjectionExpression when choosing to get {_select}");
    }
}
