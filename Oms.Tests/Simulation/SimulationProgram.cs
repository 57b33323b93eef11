using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Oms.LocalAws.Backends;

namespace Oms.Tests.Simulation;

/// <summary>The simulation as its users start it: a process of its own.</summary>
internal static class SimulationProgram
{
    /// <summary>Debug or Release.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <param name="environment">Added to the process's own; null values take away.</param>
    /// <param name="priority">What the operating system gives it beside other processes.</param>
    /// <returns>The exit code and everything that it said.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, ProcessPriorityClass priority = ProcessPriorityClass.Normal)
    {
        // From its own output folder: beside the tests lie the assemblies of a web application.
        var start = new ProcessStartInfo("dotnet", [Path.Combine(RepositoryFolder.Path, "Oms.Simulation", "bin", Configuration, "net10.0", "Oms.Simulation.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("OMS_SEED");
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        if (priority != ProcessPriorityClass.Normal)
        {
            process.PriorityClass = priority;
        }

        var output = new StringBuilder();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                output.AppendLine(line);
                if (line.EndsWith("s/s", StringComparison.Ordinal) || line.Contains(" found: ", StringComparison.Ordinal))
                {
                    TestContext.Current.SendDiagnosticMessage(line);
                }
            }

            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        return (process.ExitCode, output.Append(await errors).ToString());
    }

    /// <summary>Runs many seeds and reads the report.</summary>
    public static Task<(int ExitCode, string Output, JsonElement Report)> ReportAsync(params IEnumerable<string> arguments) => ReportAsync(arguments, environment: null);

    /// <inheritdoc cref="ReportAsync(IEnumerable{string})"/>
    public static async Task<(int ExitCode, string Output, JsonElement Report)> ReportAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, ProcessPriorityClass priority = ProcessPriorityClass.Normal)
    {
        var file = Path.Combine(Path.GetTempPath(), $"oms-simulation-{Guid.NewGuid():N}.json");
        try
        {
            var (exitCode, output) = await RunAsync([.. arguments, "--report", file], environment, priority);
            if (!File.Exists(file))
            {
                return (exitCode, output, default);
            }

            using var report = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            return (exitCode, output, report.RootElement.Clone());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
