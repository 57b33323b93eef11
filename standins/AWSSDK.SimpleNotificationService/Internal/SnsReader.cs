using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>An answer in the AWS query protocol: the result element, then the response metadata.</summary>
internal sealed class SnsReader<TResponse>(string result, Action<XmlUnmarshallerContext, TResponse, int> readMember) : XmlResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse, new()
{
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext context)
    {
        var response = new TResponse();
        context.Read();
        var root = context.CurrentDepth;
        while (context.ReadAtDepth(root))
        {
            if (!context.IsStartElement)
            {
                continue;
            }

            if (context.TestExpression(result, 2))
            {
                context.ReadMembers(depth => readMember(context, response, depth));
            }
            else if (context.TestExpression("ResponseMetadata", 2))
            {
                response.ResponseMetadata = ResponseMetadataUnmarshaller.Instance.Unmarshall(context);
            }
        }

        return response;
    }

    public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext context, Exception innerException, HttpStatusCode statusCode)
    {
        var error = XmlErrorResponseUnmarshaller.GetInstance().Unmarshall(context);
        return SnsErrors.Create(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
    }
}
