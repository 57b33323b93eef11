using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.SimpleNotificationService.Model;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>Publish on the wire.</summary>
internal sealed class PublishWire : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public static PublishWire Instance { get; } = new();

    public ResponseUnmarshaller Reader { get; } = new SnsReader<PublishResponse>("PublishResult", (xml, response, depth) =>
    {
        if (xml.TestExpression("MessageId", depth))
        {
            response.MessageId = StringUnmarshaller.Instance.Unmarshall(xml);
        }
        else if (xml.TestExpression("SequenceNumber", depth))
        {
            response.SequenceNumber = StringUnmarshaller.Instance.Unmarshall(xml);
        }
    });

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var publish = (PublishRequest)input;
        var request = new SnsRequest(input, "Publish");
        request.Add("Message", publish.Message);
        request.AddAttributes("", publish.MessageAttributes);
        request.Add("MessageDeduplicationId", publish.MessageDeduplicationId);
        request.Add("MessageGroupId", publish.MessageGroupId);
        request.Add("MessageStructure", publish.MessageStructure);
        request.Add("PhoneNumber", publish.PhoneNumber);
        request.Add("Subject", publish.Subject);
        request.Add("TargetArn", publish.TargetArn);
        request.Add("TopicArn", publish.TopicArn);
        return request;
    }
}
