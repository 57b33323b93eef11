using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Tables;

/// <param name="Name">The attribute's name.</param>
/// <param name="Type">S, N or B.</param>
internal sealed record KeyAttribute(string Name, AttributeType Type);
