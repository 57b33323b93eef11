using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Oms.LocalAws.EventSources;

namespace Oms.Tests.LocalAws.EventSources;

public sealed class SqsEventTests
{
    [Fact]
    public void A_message_becomes_the_example_event_of_the_documents()
    {
        // https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event, in the local region.
        using var received = JsonDocument.Parse("""
            {"MessageId":"059f36b4-87a3-44ab-83d2-661975830a7d","ReceiptHandle":"AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...","Body":"Test message.",
             "Attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1545082649183","SenderId":"AIDAIENQZJOLO23YVJ4VO","ApproximateFirstReceiveTimestamp":"1545082649185"},
             "MessageAttributes":{"myAttribute":{"StringValue":"myValue","DataType":"String"}},"MD5OfBody":"e4e68fb7bd0e697a0ae8f1bb342846b3"}
            """);

        var written = Encoding.UTF8.GetString(SqsEvent.Write([received.RootElement], "arn:aws:sqs:us-east-1:123456789012:my-queue").Span);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {"Records":[{"messageId":"059f36b4-87a3-44ab-83d2-661975830a7d","receiptHandle":"AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...","body":"Test message.",
             "attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1545082649183","SenderId":"AIDAIENQZJOLO23YVJ4VO","ApproximateFirstReceiveTimestamp":"1545082649185"},
             "messageAttributes":{"myAttribute":{"stringValue":"myValue","stringListValues":[],"binaryListValues":[],"dataType":"String"}},
             "md5OfBody":"e4e68fb7bd0e697a0ae8f1bb342846b3","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:my-queue","awsRegion":"us-east-1"}]}
            """), JsonNode.Parse(written)), written);
    }
}
