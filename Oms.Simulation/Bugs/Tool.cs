using System.Diagnostics;

namespace Oms.Simulation.Bugs;

/// <summary>Another program, run to its end.</summary>
internal static class Tool
{
    /// <returns>The exit code, and what it said on both of its outputs.</returns>
    public static (int ExitCode, string Said) Run(string name, string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(name, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[variable] = value;
        }

        var said = new System.Text.StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return (process.ExitCode, said.ToString().TrimEnd());

        void Hear(object sender, DataReceivedEventArgs line)
        {
            lock (said)
            {
                said.Append(line.Data).Append(line.Data is null ? "" : "\n");
            }
        }
    }
}
