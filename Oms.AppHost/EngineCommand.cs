using System.ComponentModel;
using System.Diagnostics;

namespace Oms.AppHost;

/// <summary>One call of a container engine's command line, ended when it takes too long.</summary>
internal static class EngineCommand
{
    /// <summary>Null when it went well, else what went wrong, in one line.</summary>
    public static async Task<string?> ProblemAsync(string engine, string[] arguments, TimeSpan limit)
    {
        var command = $"`{Path.GetFileName(engine)} {string.Join(' ', arguments)}`";
        ProcessStartInfo start = new(engine, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using CancellationTokenSource late = new(limit);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(late.Token);
            var error = process.StandardError.ReadToEndAsync(late.Token);
            try
            {
                await Task.WhenAll(output, error, process.WaitForExitAsync(late.Token));
                return process.ExitCode == 0 ? null : $"{command} says: {LastLine(await error)}";
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return $"{command} did not end within {limit.TotalSeconds:0} seconds";
            }
        }
        catch (Win32Exception missing)
        {
            return $"{command} cannot be started: {missing.Message}";
        }
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "nothing";
}
