namespace Oms.Tests.Support;

/// <summary>Which backend a stack has.</summary>
internal enum BackendKind
{
    /// <summary>The engine of Oms.LocalAws inside the test process, served over HTTP, in memory.</summary>
    Embedded,

    /// <summary>The same as a process of its own with a data folder, so that it can be killed.</summary>
    EmbeddedProcess,

    /// <summary>DynamoDB Local in Java, SNS and SQS in Node.</summary>
    Processes,
}
