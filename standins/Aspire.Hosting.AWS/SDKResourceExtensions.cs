using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.AWS;

namespace Aspire.Hosting;

public static class SDKResourceExtensions
{
    public static IAWSSDKConfig AddAWSSDKConfig(this IDistributedApplicationBuilder builder) => new AWSSDKConfig();

    public static IAWSSDKConfig WithRegion(this IAWSSDKConfig config, string systemName)
    {
        ((AWSSDKConfig)config).Region = systemName;
        return config;
    }

    public static IAWSSDKConfig WithSdkValidation(this IAWSSDKConfig config, bool sdkValidationEnabled)
    {
        config.SDKValidationEnabled = sdkValidationEnabled;
        return config;
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IAWSSDKConfig awsSdkConfig)
        where TDestination : IResourceWithEnvironment =>
        builder.WithEnvironment(context =>
        {
            if (((AWSSDKConfig)awsSdkConfig).Region is { } region)
                context.EnvironmentVariables["AWS__Region"] = context.EnvironmentVariables["AWS_REGION"] = region;
        });
}
