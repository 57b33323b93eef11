namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

internal enum OperationResult
{
    Done,

    /// <summary>The body that was written is that of an error.</summary>
    Refused,
}
