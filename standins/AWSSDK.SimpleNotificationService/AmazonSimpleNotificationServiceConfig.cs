using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.SimpleNotificationService.Internal;
using Amazon.Util.Internal;

namespace Amazon.SimpleNotificationService;

/// <summary>Settings of the client. The service id also makes AWS_ENDPOINT_URL_SNS work.</summary>
public class AmazonSimpleNotificationServiceConfig : ClientConfig
{
    private static readonly string UserAgentString = InternalSDKUtils.BuildUserAgentString("SNS", "0.0.0-standin");

    public AmazonSimpleNotificationServiceConfig()
        : base(new DefaultConfigurationProvider(SnsDefaultConfiguration.All))
    {
        base.ServiceId = "SNS";
        AuthenticationServiceName = "sns";
        EndpointProvider = new SnsEndpointProvider();
    }

    public static new string ServiceId => "SNS";

    public override string RegionEndpointServiceName => "sns";

    public override string ServiceVersion => "2010-03-31";

    public override string UserAgent => UserAgentString;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
    {
        var request = new DefaultRequest(parameters.Request, "Amazon.SimpleNotificationService") { AlternateEndpoint = parameters.AlternateEndpoint };
        var context = new Amazon.Runtime.Internal.ExecutionContext(new RequestContext(false, null) { ClientConfig = this, Request = request, OriginalRequest = parameters.Request }, null);
        return new SnsEndpointResolver().GetEndpoint(context);
    }
}
