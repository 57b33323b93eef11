using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>
/// What keys and items must be.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
/// </summary>
internal static class ItemRules
{
    public const int MaxItemSize = 400 * 1024;
    private const int MaxPartitionKey = 2048;
    private const int MaxSortKey = 1024;
    private const string Invalid = "One or more parameter values were invalid: ";
    private const string EmptyKey = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ";

    /// <summary>The key that an item to put has.</summary>
    /// <exception cref="DynamoDbException">The item cannot be in the table.</exception>
    public static ItemKey KeyOfItem(Table table, AttributeMap item)
    {
        var key = table.Definition.Key;
        foreach (var attribute in key.Attributes)
        {
            if (item[attribute.Name] is not { } value) throw DynamoDbException.Validation($"{Invalid}Missing the key {attribute.Name} in the item");
            if (value.Type != attribute.Type) throw DynamoDbException.Validation($"{Invalid}Type mismatch for key {attribute.Name} expected: {attribute.Type} actual: {value.Type}");
            RequireKeyValue(value, attribute, isPartition: attribute == key.Partition);
        }

        return key.Of(item)!.Value;
    }

    /// <summary>The key that a request names.</summary>
    /// <exception cref="DynamoDbException">It is no key of the table.</exception>
    public static ItemKey Key(Table table, AttributeMap named)
    {
        var key = table.Definition.Key;
        if (named.Count != key.Count || key.Of(named) is not { } found) throw DynamoDbException.Validation("The provided key element does not match the schema");
        foreach (var attribute in key.Attributes) RequireKeyValue(named[attribute.Name]!, attribute, isPartition: attribute == key.Partition);
        return found;
    }

    /// <summary>Where an item has attributes of an index's key, they have its types.</summary>
    public static void RequireIndexKeys(Table table, AttributeMap item)
    {
        foreach (var index in table.Indexes)
        {
            foreach (var attribute in index.Definition.Key.Attributes)
            {
                if (item[attribute.Name] is not { } value) continue;
                if (value.Type != attribute.Type) throw IndexType(attribute, value.Type, index);
                if (value.Size == 0)
                    throw DynamoDbException.Validation($"One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty {Kind(value)} value. IndexName: {index.Definition.Name}, IndexKey: {attribute.Name}");
                RequireSize(value, isPartition: attribute == index.Definition.Key.Partition);
            }
        }
    }

    /// <summary>The same for what an update made of an item; the words differ.</summary>
    public static void RequireUpdatedIndexKeys(Table table, AttributeMap item)
    {
        foreach (var index in table.Indexes)
        {
            foreach (var attribute in index.Definition.Key.Attributes)
            {
                if (item[attribute.Name] is not { } value) continue;
                if (value.Type != attribute.Type) throw DynamoDbException.Validation("The update expression attempted to update the secondary index key to unsupported type");
                if (value.Size == 0)
                    throw DynamoDbException.Validation($"One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty {Kind(value)} value.");
                if (value.Type != AttributeType.N && value.Size > (attribute == index.Definition.Key.Partition ? MaxPartitionKey : MaxSortKey))
                    throw DynamoDbException.Validation("The update expression attempted to update the secondary index key beyond allowed size limits");
            }
        }
    }

    public static DynamoDbException IndexType(KeyAttribute attribute, AttributeType actual, SecondaryIndex index) =>
        DynamoDbException.Validation($"{Invalid}Type mismatch for Index Key {attribute.Name} Expected: {attribute.Type} Actual: {actual} IndexName: {index.Definition.Name}");

    /// <summary>Paths do not go into attributes that are keys: those are scalars.</summary>
    public static void RequireScalarKeys(Table table, IEnumerable<string> nestedHeads)
    {
        foreach (var head in nestedHeads)
        {
            var kind = table.Definition.Key.Has(head) ? "Key" : table.Indexes.Any(index => index.Definition.Key.Has(head)) ? "IndexKey" : null;
            if (kind is not null) throw DynamoDbException.Validation($"Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {kind}: {head}");
        }
    }

    public static void RequireKeyValue(AttributeValue value, KeyAttribute attribute, bool isPartition)
    {
        if (value.Size == 0) throw DynamoDbException.Validation($"{EmptyKey}{Kind(value)} value. Key: {attribute.Name}");
        RequireSize(value, isPartition);
    }

    private static void RequireSize(AttributeValue value, bool isPartition)
    {
        if (value.Type == AttributeType.N) return;
        if (isPartition && value.Size > MaxPartitionKey) throw DynamoDbException.Validation($"{Invalid}Size of hashkey has exceeded the maximum size limit of2048 bytes");
        if (!isPartition && value.Size > MaxSortKey) throw DynamoDbException.Validation($"{Invalid}Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
    }

    private static string Kind(AttributeValue value) => value is BinaryValue ? "binary" : "string";
}
