using System.Text.Json;

namespace Oms.LocalAws.Embedded.DynamoDb;

/// <summary>One item that a committed write changed.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="Before">The item as it was, in DynamoDB JSON; null: there was none.</param>
/// <param name="After">The item as it is now; null: it is deleted.</param>
/// <param name="Sequence">The number of the change, as in the table's stream.</param>
/// <param name="TransactionId">The same for all changes of one TransactWriteItems, null for any other write.</param>
public sealed record ItemChange(string Table, JsonElement? Before, JsonElement? After, string Sequence, string? TransactionId);
