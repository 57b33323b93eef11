using Amazon.Runtime;

namespace Amazon.SimpleNotificationService;

/// <summary>Every request to SNS.</summary>
public class AmazonSimpleNotificationServiceRequest : AmazonWebServiceRequest
{
}
