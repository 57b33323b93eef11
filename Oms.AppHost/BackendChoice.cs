using System.ComponentModel;
using System.Diagnostics;
using Oms.LocalAws.Backends;

namespace Oms.AppHost;

/// <summary>As <c>--backend</c> says, else what the machine has: a container engine, Node and Java, or nothing.</summary>
internal static class BackendChoice
{
    private static readonly TimeSpan EngineLimit = TimeSpan.FromSeconds(10);

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
                Console.WriteLine($"Backends: containers by {forced} (as set).");
                return Backend.Containers;
            case null or "" or "auto":
                return await FindAsync(EngineAsync, () => Prerequisites.ProblemAsync(CancellationToken.None));
            default:
                throw new SetupException($"Backend '{setting}' is none of processes, containers, embedded and auto.");
        }
    }

    internal static async Task<Backend> FindAsync(Func<Task<string?>> engine, Func<Task<string?>> processProblem)
    {
        if (await engine() is { } found)
        {
            Console.WriteLine($"Backends: containers by {found} (--backend processes and --backend embedded do without).");
            return Backend.Containers;
        }
        if (await processProblem() is { } problem)
        {
            Console.WriteLine($"Backends: embedded (no container engine answers, and for processes {problem})");
            return Backend.Embedded;
        }
        Console.WriteLine("Backends: processes (no container engine answers).");
        return Backend.Processes;
    }

    private static async Task<string?> EngineAsync()
    {
        foreach (var engine in (string[])["docker", "podman"])
            if (await AnswersAsync(engine))
                return engine;
        return null;
    }

    private static async Task<bool> AnswersAsync(string engine)
    {
        ProcessStartInfo start = new(engine, ["info"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using CancellationTokenSource limit = new(EngineLimit);
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            try
            {
                await Task.WhenAll(output, error, process.WaitForExitAsync(limit.Token));
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            return false; // not installed
        }
    }
}
