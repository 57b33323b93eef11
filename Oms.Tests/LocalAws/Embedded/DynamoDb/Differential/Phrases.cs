namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>The messages that DynamoDB Local phrases in its own way; all others must be the same to the letter.</summary>
internal static class Phrases
{
    private const string Dynalite = "https://github.com/architect/dynalite, whose tests run against DynamoDB itself: ";
    private const string Items = Dynalite + "test/putItem.js";
    private const string Keys = Dynalite + "test/getItem.js";
    private const string Queries = Dynalite + "test/query.js";
    private const string Batches = Dynalite + "test/batchWriteItem.js and test/batchGetItem.js";
    private const string Tables = Dynalite + "test/describeTable.js";
    private const string Model = "constraints in AWS's own service model, botocore/data/dynamodb/2012-08-10/service-2.json";

    public static IReadOnlyList<Phrase> All { get; } =
    [
        new("(ExpressionAttributeValues .*: )?The parameter cannot be converted to a numeric value.*", "(ExpressionAttributeValues .*: )?A value provided cannot be converted into a number.*", Items),
        new("Attempting to store more than 38 significant digits in a Number", "DynamoDB only supports precision up to 38 digits", Items),
        new(".*Input collection \\[.*\\] contains duplicates\\.", ".*Input collection \\[.*\\] contains duplicates", Items),
        new(".*Input collection \\[.*\\]of type BS contains duplicates\\.", ".*Input collection of type BS contains duplicates\\.", Items),
        new(".*Type mismatch for key .* expected: . actual: .*", ".*Type mismatch for key", Items),
        new(".*Missing the key .* in the item", "One of the required keys was not given a value", Items),
        new(".*Type mismatch for Index Key .* Expected: . Actual: .* IndexName: .*", ".*Type mismatch for Index Key", Items),
        new("The update expression attempted to update the secondary index key to unsupported type", ".*Type mismatch for Index Key", Dynalite + "test/updateItem.js"),
        new("ReturnValues can only be ALL_OLD or NONE", "Return values set to invalid value", Items),
        new("1 validation error detected: Value null at '.*' failed to satisfy constraint: Member must not be null", "(Value null at '.*' failed to satisfy constraint: Member must not be null|Item to put in PutItem cannot be null)", Model),
        new("1 validation error detected: .*", "Member must have length less than or equal to 100|Value .* failed to satisfy constraint: Member must have length .*|Limit must be greater than or equal to 1", Model),
        new("1 validation error detected: .*requestItems.*", "The list of keys in RequestItems for BatchGetItem is required: .* has empty list|BatchGetItem must have some requests set|Too many items requested for the BatchWriteItem call", Batches),
        new("The provided key element does not match the schema", "The number of conditions on the keys is invalid|.*Type mismatch for key|Invalid attribute value type", Keys),
        new(".*cannot contain an empty string value\\. IndexName: \\w+, IndexKey: \\w+", ".*cannot contain an empty string value\\. IndexName: \\w+, IndexKey: \\w+", "of two indexes with the same key, either may be named"),
        new("Requested resource not found(: Table: .* not found)?", "Cannot do operations on a non-existent table", Tables),
        new("The provided starting key is invalid", "Exclusive Start Key must have same size as table's key schema|.*Type mismatch for key", Queries),
        new("The provided starting key is outside query boundaries based on provided conditions", "The provided starting key does not match the range key predicate", Queries, IsRare: true),
        new("Query condition missed key schema element: .*", "Query condition missed key schema element", Queries),
        new("The embedded DynamoDB has no operation .*", "An unknown operation was requested\\.", "the engine names what it does not have"),
        new(".*Invalid attribute type name found; type: .*, valid types: .*", ".*Invalid attribute type name found; type: .*, valid types: .*", "the types stand in a set, in any order"),
        new("Rejected the request because .*", "", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors"),
        new(WrongUpdate, WrongUpdate, "an update that is wrong in two ways is refused for either", IsRare: true),
        new("(.*Two document paths overlap with each other;).*", ".*Two document paths overlap with each other;.*", "of three paths DynamoDB Local may name one that does not overlap", IsRare: true),
    ];

    private const string WrongUpdate = "(An operand in the update expression has an incorrect data type|The document path provided in the update expression is invalid for update|The provided expression refers to an attribute that does not exist in the item)";

    public static bool Same(string ours, string theirs) => ours == theirs || All.Any(phrase => phrase.Fits(ours, theirs));
}
