namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>Something that speaks DynamoDB's protocol.</summary>
internal interface IPeer
{
    WireAnswer Call(string operation, string body);
}
