using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.SimpleNotificationService.Model;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>PublishBatch on the wire.</summary>
internal sealed class PublishBatchWire : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public static PublishBatchWire Instance { get; } = new();

    public ResponseUnmarshaller Reader { get; } = new SnsReader<PublishBatchResponse>("PublishBatchResult", (xml, response, depth) =>
    {
        if (xml.TestExpression("Failed/member", depth))
        {
            (response.Failed ??= []).Add(ReadFailed(xml));
        }
        else if (xml.TestExpression("Successful/member", depth))
        {
            (response.Successful ??= []).Add(ReadSuccessful(xml));
        }
    });

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var batch = (PublishBatchRequest)input;
        var request = new SnsRequest(input, "PublishBatch");
        if (batch.PublishBatchRequestEntries is { Count: 0 } && !AWSConfigs.InitializeCollections)
        {
            request.Add("PublishBatchRequestEntries", ""); // Empty is not absent: the service shall say what it thinks of it.
        }

        var index = 0;
        foreach (var entry in batch.PublishBatchRequestEntries ?? [])
        {
            var prefix = $"PublishBatchRequestEntries.member.{++index}.";
            request.Add($"{prefix}Id", entry.Id);
            request.Add($"{prefix}Message", entry.Message);
            request.AddAttributes(prefix, entry.MessageAttributes);
            request.Add($"{prefix}MessageDeduplicationId", entry.MessageDeduplicationId);
            request.Add($"{prefix}MessageGroupId", entry.MessageGroupId);
            request.Add($"{prefix}MessageStructure", entry.MessageStructure);
            request.Add($"{prefix}Subject", entry.Subject);
        }

        request.Add("TopicArn", batch.TopicArn);
        return request;
    }

    private static BatchResultErrorEntry ReadFailed(XmlUnmarshallerContext xml)
    {
        var entry = new BatchResultErrorEntry();
        xml.ReadMembers(depth =>
        {
            if (xml.TestExpression("Code", depth))
            {
                entry.Code = StringUnmarshaller.Instance.Unmarshall(xml);
            }
            else if (xml.TestExpression("Id", depth))
            {
                entry.Id = StringUnmarshaller.Instance.Unmarshall(xml);
            }
            else if (xml.TestExpression("Message", depth))
            {
                entry.Message = StringUnmarshaller.Instance.Unmarshall(xml);
            }
            else if (xml.TestExpression("SenderFault", depth))
            {
                entry.SenderFault = NullableBoolUnmarshaller.Instance.Unmarshall(xml);
            }
        });
        return entry;
    }

    private static PublishBatchResultEntry ReadSuccessful(XmlUnmarshallerContext xml)
    {
        var entry = new PublishBatchResultEntry();
        xml.ReadMembers(depth =>
        {
            if (xml.TestExpression("Id", depth))
            {
                entry.Id = StringUnmarshaller.Instance.Unmarshall(xml);
            }
            else if (xml.TestExpression("MessageId", depth))
            {
                entry.MessageId = StringUnmarshaller.Instance.Unmarshall(xml);
            }
            else if (xml.TestExpression("SequenceNumber", depth))
            {
                entry.SequenceNumber = StringUnmarshaller.Instance.Unmarshall(xml);
            }
        });
        return entry;
    }
}
