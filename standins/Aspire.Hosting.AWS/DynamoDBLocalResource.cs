using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.AWS.DynamoDB;

public sealed class DynamoDBLocalResource(string name, DynamoDBLocalOptions options) : ContainerResource(name)
{
    internal const string Storage = "/storage";

    internal DynamoDBLocalOptions Options => options;

    internal string[] Arguments() =>
    [
        "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar",
        .. options.SharedDb ? (string[])["-sharedDb"] : [],
        .. options.InMemory ? (string[])["-inMemory"] : [],
        .. options.DisableDynamoDBLocalTelemetry ? (string[])["-disableTelemetry"] : [],
        .. options.LocalStorageDirectory is null ? [] : (string[])["-dbPath", Storage],
    ];
}

public class DynamoDBLocalOptions
{
    public string Registry { get; set; } = "public.ecr.aws";

    public string Image { get; set; } = "aws-dynamodb-local/aws-dynamodb-local";

    public string Tag { get; set; } = "latest";

    public bool SharedDb { get; set; }

    public bool InMemory { get; set; }

    public string? LocalStorageDirectory { get; set; }

    public bool DisableDynamoDBLocalTelemetry { get; set; }

    public int? Port { get; set; }
}
