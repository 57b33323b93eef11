using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Util;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>Collects what decides about the endpoint: the region, dual stack, FIPS, and an endpoint given by hand.</summary>
internal sealed class SnsEndpointResolver : BaseEndpointResolver
{
    protected override void ServiceSpecificHandler(IExecutionContext executionContext, EndpointParameters parameters) =>
        InjectHostPrefix(executionContext.RequestContext);

    protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext)
    {
        var config = requestContext.ClientConfig;
        return new SnsEndpointParameters
        {
            ["Region"] = Region(config, requestContext.Request.AlternateEndpoint),
            ["UseDualStack"] = config.UseDualstackEndpoint,
            ["UseFIPS"] = config.UseFIPSEndpoint,
            ["Endpoint"] = config.ServiceURL,
        };
    }

    private static string Region(IClientConfig config, RegionEndpoint alternate)
    {
        if ((alternate ?? config.RegionEndpoint) is { } region)
        {
            return region.SystemName == "us-east-1-regional" ? "us-east-1" : region.SystemName;
        }

        if (string.IsNullOrEmpty(config.ServiceURL))
        {
            return null;
        }

        return string.IsNullOrEmpty(config.AuthenticationRegion)
            ? RegionEndpoint.GetBySystemName(AWSSDKUtils.DetermineRegion(config.ServiceURL)).SystemName
            : config.AuthenticationRegion;
    }
}
