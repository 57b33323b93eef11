using Amazon.Runtime.Endpoints;

namespace Amazon.SimpleNotificationService.Internal;

internal sealed class SnsEndpointParameters : EndpointParameters
{
}
