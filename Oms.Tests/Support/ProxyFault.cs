using System.Text;
using Oms.LocalAws.Proxy;

namespace Oms.Tests.Support;

/// <summary>A fault put together from two functions; what they leave alone passes.</summary>
internal sealed class ProxyFault : IProxyFault
{
    public Func<AwsCall, CancellationToken, Task<AwsAnswer?>>? Before { get; init; }

    public Func<AwsCall, AwsAnswer, Task<AwsAnswer>>? After { get; init; }

    public async ValueTask<AwsAnswer?> BeforeAsync(AwsCall call, CancellationToken cancel) => Before is null ? null : await Before(call, cancel);

    public async ValueTask<AwsAnswer> AfterAsync(AwsCall call, AwsAnswer answer, CancellationToken cancel) => After is null ? answer : await After(call, answer);

    /// <summary>SNS's answer when it throttles (Amazon SNS API reference, common errors).</summary>
    public static AwsAnswer SnsThrottled => new(400, "text/xml", Encoding.UTF8.GetBytes(
        "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type><Code>Throttled</Code><Message>Rate exceeded</Message></Error><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>"));

    public static AwsAnswer DynamoDbThrottled => new(400, "application/x-amz-json-1.0", Encoding.UTF8.GetBytes(
        """{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"The level of configured provisioned throughput for the table was exceeded."}"""));
}
