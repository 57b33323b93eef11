using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Oms.LocalAws.Backends;

/// <summary>What must be installed to run the backends as processes.</summary>
public static partial class Prerequisites
{
    private const string Advice = "install Node 20+ (https://nodejs.org) and Java 17+ (https://adoptium.net), or a container engine";

    public static async Task CheckAsync(CancellationToken cancellation)
    {
        await RequireAsync("node", "--version", "Node", 20, cancellation);
        await RequireAsync("java", "-version", "Java", 17, cancellation);
    }

    /// <summary>The major version in what a program prints about itself: <c>v20.1.0</c>, <c>openjdk version "17.0.15"</c>, <c>1.8.0_292</c>.</summary>
    internal static int MajorVersion(string output) =>
        Version().Match(output) is { Success: true } match ? int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture) : 0;

    private static async Task RequireAsync(string program, string argument, string name, int least, CancellationToken cancellation)
    {
        var output = await OutputAsync(program, argument, cancellation)
            ?? throw new BackendException($"{name} {least} or later is missing: {Advice}.");
        var found = MajorVersion(output);
        if (found < least)
            throw new BackendException($"{name} {least} or later is needed and `{program}` is version {found}: {Advice}.");
    }

    private static async Task<string?> OutputAsync(string program, string argument, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, [argument]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return await output + await error; // Java tells its version on standard error
        }
        catch (Win32Exception)
        {
            return null; // not on the path
        }
    }

    [GeneratedRegex("""(^v|version "(1\.)?)(?<major>\d+)""", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Version();
}
