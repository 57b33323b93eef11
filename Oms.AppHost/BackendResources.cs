using System.Globalization;
using Aspire.Hosting.AWS.DynamoDB;
using Oms.LocalAws.Backends;
using Oms.LocalAws.Embedded;
using Projects;

namespace Oms.AppHost;

/// <summary>What stands behind LocalAws, in one of three forms: what uses it sees no difference.</summary>
internal static class BackendResources
{
    /// <summary>DynamoDB with its streams, and SNS with SQS: two resources, or one that is both.</summary>
    public static (IResourceBuilder<IResource> DynamoDb, IResourceBuilder<IResource> Messaging) AddBackends(this IDistributedApplicationBuilder builder, LocalStack stack)
    {
        switch (stack.Backend)
        {
            case Backend.Embedded:
                var embedded = builder.AddEmbedded("backend", stack);
                return (embedded, embedded);
            case Backend.Processes:
                var programs = stack.Programs!;
                return (builder.AddProgram("dynamodb", programs.DynamoDb(stack.Ports.DynamoDb, stack.BackendFolder)), builder.AddProgram("messaging", programs.Messaging(stack.Ports.Messaging)));
            default:
                return (builder.AddDynamoDbContainer("dynamodb", stack), builder.AddMessagingContainer("messaging", stack));
        }
    }

    private static IResourceBuilder<ProjectResource> AddEmbedded(this IDistributedApplicationBuilder builder, string name, LocalStack stack)
    {
        var backend = builder.AddLocalProject<Oms_LocalAws>(name)
            .WithArgs(EmbeddedOptions.Command)
            .WithEnvironment("OMS_LOCALAWS_BACKEND_PORT", stack.Ports.DynamoDb.ToString(CultureInfo.InvariantCulture))
            .WithEnvironment("OMS_LOCALAWS_AWS_PORT", stack.Ports.Aws.ToString(CultureInfo.InvariantCulture))
            .WithLoopbackEndpoint(stack.Ports.DynamoDb, health: "/");
        return stack.BackendFolder is { } folder ? backend.WithEnvironment("OMS_LOCALAWS_DATA", folder) : backend;
    }

    private static IResourceBuilder<IResource> AddDynamoDbContainer(this IDistributedApplicationBuilder builder, string name, LocalStack stack) =>
        builder.AddAWSDynamoDBLocal(name, new DynamoDBLocalOptions
        {
            Registry = ContainerImage.DynamoDb.Registry,
            Image = ContainerImage.DynamoDb.Name,
            Tag = ContainerImage.DynamoDb.Tag,
            Port = stack.Ports.DynamoDb,
            SharedDb = true,
            InMemory = stack.BackendFolder is null,
            LocalStorageDirectory = stack.BackendFolder,
            DisableDynamoDBLocalTelemetry = true,
        }).WithHttpHealthCheck("/", statusCode: 400);

    private static IResourceBuilder<IResource> AddMessagingContainer(this IDistributedApplicationBuilder builder, string name, LocalStack stack) =>
        builder.AddContainer(name, ContainerImage.Messaging.Name, ContainerImage.Messaging.Tag)
            .WithImageRegistry(ContainerImage.Messaging.Registry)
            .WithEnvironment("SERVICES", "sns,sqs")
            .WithEnvironment("DISABLE_EVENTS", "1")
            .WithEnvironment("SQS_ENDPOINT_STRATEGY", "path")
            .WithHttpEndpoint(port: stack.Ports.Messaging, targetPort: 4566)
            .WithHttpHealthCheck("/_localstack/health");

    private static IResourceBuilder<ExecutableResource> AddProgram(this IDistributedApplicationBuilder builder, string name, StartCommand command) =>
        builder.AddExecutable(name, command.FileName, command.WorkingDirectory, command.Arguments.ToArray())
            .WithHttpEndpoint(port: command.Port, targetPort: command.Port, isProxied: false)
            .WithHttpHealthCheck(command.HealthPath, command.HealthStatus);
}
