using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Oms.Tests.Support;

/// <summary>The SDK's own commands, on projects that a test has written.</summary>
internal static class DotNet
{
    /// <summary>The host that runs this test, whatever the path says.</summary>
    public static string Host => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    public static async Task<(int ExitCode, string Output)> RunAsync(string folder, string arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Host, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name == "OmsPackages").ToArray())
        {
            start.Environment.Remove(name); // The test itself may run below a build.
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        ShortLife.Set(start.Environment); // compilers, mostly
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
