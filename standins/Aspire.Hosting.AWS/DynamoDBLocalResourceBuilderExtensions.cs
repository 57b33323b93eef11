using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.AWS.DynamoDB;

namespace Aspire.Hosting;

public static class DynamoDBLocalResourceBuilderExtensions
{
    public static IResourceBuilder<DynamoDBLocalResource> AddAWSDynamoDBLocal(this IDistributedApplicationBuilder builder, string name, DynamoDBLocalOptions? options = null)
    {
        var container = new DynamoDBLocalResource(name, options ?? new DynamoDBLocalOptions());
        var added = builder.AddResource(container)
            .ExcludeFromManifest()
            .WithEndpoint(targetPort: 8000, scheme: "http", port: options?.Port)
            .WithArgs(container.Arguments())
            .WithImage(container.Options.Image, container.Options.Tag)
            .WithImageRegistry(container.Options.Registry);
        return container.Options.LocalStorageDirectory is { } folder ? added.WithBindMount(folder, DynamoDBLocalResource.Storage) : added;
    }
}
