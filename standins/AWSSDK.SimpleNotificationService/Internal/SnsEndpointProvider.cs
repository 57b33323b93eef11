using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using static Amazon.Runtime.Internal.Endpoints.StandardLibrary.Fn;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>The endpoint rules of SNS.</summary>
internal sealed class SnsEndpointProvider : IEndpointProvider
{
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var fips = Equals(parameters["UseFIPS"], true);
        var dualStack = Equals(parameters["UseDualStack"], true);
        if (parameters["Endpoint"] is string given)
        {
            return !fips && !dualStack ? Plain(given) : throw new AmazonClientException(
                $"Invalid Configuration: {(fips ? "FIPS" : "Dualstack")} and custom endpoint are not supported");
        }

        if (parameters["Region"] is not string region || Partition(region) is not { } partition)
        {
            throw new AmazonClientException("Invalid Configuration: Missing Region");
        }

        var suffix = GetAttr(partition, dualStack ? "dualStackDnsSuffix" : "dnsSuffix");
        return (fips, dualStack) switch
        {
            (true, true) => Supports("supportsFIPS") && Supports("supportsDualStack")
                ? Plain($"https://sns-fips.{region}.{suffix}")
                : throw new AmazonClientException("FIPS and DualStack are enabled, but this partition does not support one or both"),
            (true, false) => !Supports("supportsFIPS")
                ? throw new AmazonClientException("FIPS is enabled but this partition does not support FIPS")
                : Plain(region is "us-gov-east-1" or "us-gov-west-1" ? $"https://sns.{region}.amazonaws.com" : $"https://sns-fips.{region}.{suffix}"),
            (false, true) => Supports("supportsDualStack")
                ? Plain($"https://sns.{region}.{suffix}")
                : throw new AmazonClientException("DualStack is enabled but this partition does not support DualStack"),
            _ => Plain($"https://sns.{region}.{suffix}"),
        };

        bool Supports(string attribute) => Equals(GetAttr(partition, attribute), true);
    }

    private static Endpoint Plain(string url) => new(url, string.Empty, string.Empty);
}
