using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <param name="Code">None for an action that was not in the way.</param>
/// <param name="Message">Null for None.</param>
/// <param name="Item">The item whose condition failed, where the action asked for it.</param>
internal readonly record struct CancellationReason(string Code, string? Message, AttributeMap? Item)
{
    public static readonly CancellationReason None = new("None", null, null);
}
