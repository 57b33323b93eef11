using System.Text;
using System.Text.Json.Nodes;
using Oms.LocalAws.Embedded.DynamoDb;
using Oms.LocalAws.Proxy;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>The engine in this process.</summary>
internal sealed class EnginePeer(TimeProvider time) : IPeer
{
    private readonly DynamoDbEngine _engine = new(time);

    public WireAnswer Call(string operation, string body)
    {
        using var call = new AwsCall("test", IsStreams(operation) ? AwsService.DynamoDbStreams : AwsService.DynamoDb, operation, Encoding.UTF8.GetBytes(body));
        var answer = _engine.Call(call);
        return new(answer.Status, JsonNode.Parse(answer.Body.Span)!.AsObject());
    }

    public static bool IsStreams(string operation) => operation is "ListStreams" or "DescribeStream" or "GetShardIterator" or "GetRecords";
}
