namespace Oms.AppHost;

/// <summary>What stands behind LocalAws for DynamoDB, SNS and SQS.</summary>
internal enum Backend
{
    /// <summary>DynamoDB Local in Java, SNS and SQS in Node.</summary>
    Processes,

    /// <summary>The same and LocalStack, as containers.</summary>
    Containers,

    /// <summary>One process of this repository, which needs nothing installed.</summary>
    Embedded,
}
