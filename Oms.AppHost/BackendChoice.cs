using Oms.LocalAws.Backends;

namespace Oms.AppHost;

/// <summary>As <c>--backend</c> says, else what the machine has: a container engine with its images, Node and Java, or nothing.</summary>
internal static class BackendChoice
{
    private static readonly TimeSpan EngineLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PullLimit = TimeSpan.FromMinutes(3); // a first start has five
    private static readonly TimeSpan ForcedPullLimit = TimeSpan.FromMinutes(30);

    public static async Task<Backend> ChooseAsync(string? setting)
    {
        switch (setting)
        {
            case "processes":
                Console.WriteLine("Backends: processes (as set).");
                return Backend.Processes;
            case "embedded":
                Console.WriteLine("Backends: embedded (as set).");
                return Backend.Embedded;
            case "containers":
                if (await EngineAsync() is not { } forced)
                    throw new SetupException("Backends are set to containers, but neither `docker info` nor `podman info` answers: start a container engine, or use --backend processes or --backend embedded.");
                if (await ContainerImage.ProblemAsync(forced, ForcedPullLimit) is { } missing)
                    throw new SetupException($"Backends are set to containers, but {forced} has not all images: {missing}. Pull it by hand, or use --backend processes or --backend embedded.");
                Console.WriteLine($"Backends: containers by {forced} (as set).");
                return Backend.Containers;
            case null or "" or "auto":
                return await FindAsync(EngineAsync, engine => ContainerImage.ProblemAsync(engine, PullLimit), () => Prerequisites.ProblemAsync(CancellationToken.None));
            default:
                throw new SetupException($"Backend '{setting}' is none of processes, containers, embedded and auto.");
        }
    }

    internal static async Task<Backend> FindAsync(Func<Task<string?>> engine, Func<string, Task<string?>> imageProblem, Func<Task<string?>> processProblem)
    {
        var reason = "no container engine answers";
        if (await engine() is { } found)
        {
            if (await imageProblem(found) is not { } missing)
            {
                Console.WriteLine($"Backends: containers by {found} (--backend processes and --backend embedded do without).");
                return Backend.Containers;
            }
            reason = $"{found} has not all images: {missing}";
        }
        if (await processProblem() is { } problem)
        {
            Console.WriteLine($"Backends: embedded ({reason}; and for processes {problem})");
            return Backend.Embedded;
        }
        Console.WriteLine($"Backends: processes ({reason}).");
        return Backend.Processes;
    }

    private static async Task<string?> EngineAsync()
    {
        // Where both are installed, this is how Aspire is told which one to use.
        string[] engines = Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") is { Length: > 0 } set ? [set] : ["docker", "podman"];
        foreach (var engine in engines)
            if (await EngineCommand.ProblemAsync(engine, ["info"], EngineLimit) is null)
                return engine;
        return null;
    }
}
