namespace Oms.LocalAws.Metering;

/// <summary>Where DynamoDB Local (3.3) is known to report other capacity than AWS bills; seen by running it.</summary>
internal static class Misreports
{
    /// <summary>AWS bills a write whose condition fails by the item's size; DynamoDB Local reports nothing for any failed call.</summary>
    public const string FailedCondition = "a failed condition is billed, but not reported";

    /// <summary>A condition check costs as much as the write of its item; DynamoDB Local reports nothing for it.</summary>
    public const string ConditionCheck = "a condition check is billed, but not reported";

    /// <summary>An index entry that a transaction writes is billed; DynamoDB Local reports it of some transactions and leaves it out of others.</summary>
    public const string IndexInTransaction = "an index entry written in a transaction is billed, but not reported";

    /// <summary>A transaction repeated with its token is billed as reads of its items; DynamoDB Local reports the writes again.</summary>
    public const string RepeatedToken = "a repeated ClientRequestToken is billed as reads, but reported as writes";

    /// <summary>A key that is not found, or a query that finds nothing, costs the least read; BatchGetItem, TransactGetItems and Query of DynamoDB Local leave it out.</summary>
    public const string MissingItem = "an item that was not found is billed, but not reported";
}
