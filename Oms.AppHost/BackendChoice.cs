using System.ComponentModel;
using System.Diagnostics;

namespace Oms.AppHost;

/// <summary>Processes or containers: as <c>--backend</c> says, else containers where an engine answers.</summary>
internal static class BackendChoice
{
    private static readonly TimeSpan EngineLimit = TimeSpan.FromSeconds(10);

    public static async Task<bool> ContainersAsync(string? setting)
    {
        switch (setting)
        {
            case "processes":
                Console.WriteLine("Backends: processes (as set).");
                return false;
            case "containers":
                if (await EngineAsync() is not { } forced)
                    throw new SetupException("Backends are set to containers, but neither `docker info` nor `podman info` answers: start a container engine, or use --backend processes.");
                Console.WriteLine($"Backends: containers by {forced} (as set).");
                return true;
            case null or "" or "auto":
                var engine = await EngineAsync();
                Console.WriteLine(engine is null ? "Backends: processes (no container engine answers)." : $"Backends: containers by {engine} (--backend processes does without).");
                return engine is not null;
            default:
                throw new SetupException($"Backend '{setting}' is none of processes, containers and auto.");
        }
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
