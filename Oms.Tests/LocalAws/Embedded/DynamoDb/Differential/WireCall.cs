namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>One call as it goes over the wire; in the body <see cref="Table"/> stands for the table of the run.</summary>
/// <param name="Refusal">The number of the refusal that it is made for.</param>
internal sealed record WireCall(string Operation, string Body, int? Refusal = null)
{
    public const string Table = "THE-TABLE";

    public string BodyFor(string table) => Body.Replace(Table, table, StringComparison.Ordinal);

    public override string ToString() => $"{Operation} {(Body.Length > 1500 ? Body[..1500] + "…" : Body)}";
}

/// <summary>Calls to one new table, one after another.</summary>
/// <param name="HasNumberSort">The table's sort key is a number, not a text.</param>
internal sealed record CallSequence(bool HasNumberSort, IReadOnlyList<WireCall> Calls)
{
    private const string Definition = """
        {"TableName":"THE-TABLE","BillingMode":"PAY_PER_REQUEST",
         "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"SORT-TYPE"},{"AttributeName":"g","AttributeType":"S"},{"AttributeName":"h","AttributeType":"N"}],
         "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
         "GlobalSecondaryIndexes":[
           {"IndexName":"due","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"h","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}},
           {"IndexName":"some","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["n","s"]}}],
         "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}
        """;

    public string CreateTable(string table) => Definition
        .Replace(WireCall.Table, table, StringComparison.Ordinal)
        .Replace("SORT-TYPE", HasNumberSort ? "N" : "S", StringComparison.Ordinal);
}
