namespace Oms.LocalAws.Topology;

/// <summary>Where the backends answer: DynamoDB with its streams, and SNS and SQS together.</summary>
public sealed record BackendEndpoints(Uri DynamoDb, Uri Messaging);
