using Aspire.Hosting.AWS.DynamoDB;
using Oms.LocalAws.Backends;

namespace Oms.AppHost;

/// <summary>The two backends, as processes or as containers: what uses them sees no difference.</summary>
internal static class BackendResources
{
    public static IResourceBuilder<IResource> AddDynamoDb(this IDistributedApplicationBuilder builder, string name, LocalStack stack) =>
        stack.Programs is { } programs
            ? builder.AddProgram(name, programs.DynamoDb(stack.Ports.DynamoDb, stack.TablesFolder))
            : builder.AddAWSDynamoDBLocal(name, new DynamoDBLocalOptions
            {
                Registry = "docker.io",
                Image = "amazon/dynamodb-local",
                Tag = "3.3.1",
                Port = stack.Ports.DynamoDb,
                SharedDb = true,
                InMemory = stack.TablesFolder is null,
                LocalStorageDirectory = stack.TablesFolder,
                DisableDynamoDBLocalTelemetry = true,
            }).WithHttpHealthCheck("/", statusCode: 400);

    public static IResourceBuilder<IResource> AddMessaging(this IDistributedApplicationBuilder builder, string name, LocalStack stack) =>
        stack.Programs is { } programs
            ? builder.AddProgram(name, programs.Messaging(stack.Ports.Messaging))
            // 4.14.0 is the last version that needs no account
            : builder.AddContainer(name, "localstack/localstack", "4.14.0")
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
