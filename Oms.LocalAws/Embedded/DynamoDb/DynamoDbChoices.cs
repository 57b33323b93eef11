using System.Text.Json;

namespace Oms.LocalAws.Embedded.DynamoDb;

/// <summary>
/// Where DynamoDB is free to act in more than one way. The defaults are DynamoDB at its kindest; a simulation chooses
/// otherwise. A choice must depend on nothing but its parameters and the choices before it.
/// </summary>
/// <remarks>Keys are given as DynamoDB JSON, such as <c>{"pk":{"S":"a"},"sk":{"S":"b"}}</c>.</remarks>
public class DynamoDbChoices
{
    /// <summary>How long after a write an index shows it; one item's writes stay in their order.</summary>
    public virtual TimeSpan IndexLag(string table, string index, JsonElement key) => TimeSpan.Zero;

    /// <summary>Whether an eventually consistent read sees the item as it was before its last write.</summary>
    public virtual bool ReadsStale(string table, JsonElement key) => false;

    /// <summary>
    /// Units that a table (partition null), or one partition key of it, takes in a second; what comes after that is
    /// throttled until the next. Null: without limit.
    /// </summary>
    public virtual int? UnitsPerSecond(string table, JsonElement? partition, bool writes) => null;
}
