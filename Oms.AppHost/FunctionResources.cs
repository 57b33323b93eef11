using System.Globalization;
using Oms.LocalAws;

namespace Oms.AppHost;

/// <summary>LocalAws, and the functions that it invokes: one process each, with the environment that the template gives it.</summary>
internal static class FunctionResources
{
    public static IResourceBuilder<ProjectResource> WithLocalAws(this IResourceBuilder<ProjectResource> builder, LocalStack stack)
    {
        var ports = stack.Ports;
        return builder
            .WithEnvironment("OMS_LOCALAWS_TEMPLATE", LocalStack.TemplatePath)
            .WithEnvironment("OMS_LOCALAWS_API_PORT", Text(ports.Api))
            .WithEnvironment("OMS_LOCALAWS_RUNTIME_PORT", Text(ports.RuntimeApi))
            .WithEnvironment("OMS_LOCALAWS_AWS_PORT", Text(ports.Aws))
            .WithEnvironment("OMS_LOCALAWS_DYNAMODB_URL", LocalStack.Url(ports.DynamoDb))
            .WithEnvironment("OMS_LOCALAWS_MESSAGING_URL", stack.MessagingUrl)
            .WithEnvironment("OMS_LOCALAWS_STATE", stack.StateFolder)
            .WithEnvironment("OMS_LOCALAWS_TIME_LIMITS", stack.TimeLimits ? "on" : "off")
            .WithEnvironment("OMS_LOCALAWS_PARAMETERS", string.Join(';', stack.Parameters.Select(parameter => $"{parameter.Key}={parameter.Value}")));
    }

    /// <summary>The project says itself, from its own settings, that it listens on 127.0.0.1; Aspire would say localhost.</summary>
    public static IResourceBuilder<ProjectResource> WithLoopbackEndpoint(this IResourceBuilder<ProjectResource> builder, int port, string health) =>
        builder.WithHttpEndpoint(port: port, isProxied: false).WithEndpointsInEnvironment(_ => false).WithHttpHealthCheck(health);

    public static IResourceBuilder<ProjectResource> AddFunction<TProject>(this IDistributedApplicationBuilder builder, string name, LocalStack stack)
        where TProject : IProjectMetadata, new() =>
        builder.AddLocalProject<TProject>(name)
            .WithReference(builder.AddAWSSDKConfig().WithRegion("us-east-1").WithSdkValidation(false))
            .WithEnvironment(context =>
            {
                FunctionEndpoints endpoints = new(new Uri(LocalStack.Url(stack.Ports.RuntimeApi)), new Uri(LocalStack.Url(stack.Ports.Aws)));
                foreach (var (variable, value) in FunctionEnvironment.For(stack.Template, name, endpoints))
                    context.EnvironmentVariables[variable] = value;
            });

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
