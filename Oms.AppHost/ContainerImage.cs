namespace Oms.AppHost;

/// <summary>What the container backend runs.</summary>
internal sealed record ContainerImage(string Registry, string Name, string Tag)
{
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(10);

    public static ContainerImage DynamoDb { get; } = new("docker.io", "amazon/dynamodb-local", "3.3.1");

    /// <summary>4.14.0 is the last version that needs no account.</summary>
    public static ContainerImage Messaging { get; } = new("docker.io", "localstack/localstack", "4.14.0");

    private string Reference => $"{Registry}/{Name}:{Tag}";

    /// <summary>Null when the engine has all images, or could pull what it lacked within the limit.</summary>
    public static async Task<string?> ProblemAsync(string engine, TimeSpan pullLimit)
    {
        var start = TimeProvider.System.GetTimestamp();
        foreach (var image in (ContainerImage[])[DynamoDb, Messaging])
        {
            if (await EngineCommand.ProblemAsync(engine, ["image", "inspect", image.Reference], LookLimit) is null)
                continue;
            Console.WriteLine($"Pulling {image.Reference}, once …");
            var left = pullLimit - TimeProvider.System.GetElapsedTime(start);
            if (await EngineCommand.ProblemAsync(engine, ["pull", image.Reference], left > TimeSpan.Zero ? left : TimeSpan.Zero) is { } problem)
                return problem;
        }
        return null;
    }
}
