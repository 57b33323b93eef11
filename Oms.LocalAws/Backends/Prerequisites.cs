using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Oms.LocalAws.Backends;

/// <summary>What must be installed to run the backends as processes.</summary>
public static partial class Prerequisites
{
    private const string Advice = "install Node 20+ (https://nodejs.org) and Java 17+ (https://adoptium.net), or a container engine, or use --backend embedded";

    public static async Task CheckAsync(CancellationToken cancellation)
    {
        if (await ProblemAsync(cancellation) is { } problem)
            throw new BackendException(problem);
    }

    /// <summary>Null when Node and Java are there, else what is missing and what to do.</summary>
    public static async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        var node = ProblemAsync("node", "--version", "Node", 20, cancellation);
        var java = ProblemAsync("java", "-version", "Java", 17, cancellation);
        return await node ?? await java;
    }

    /// <summary>Whether there is a Node at all: its npm fetches the dashboard.</summary>
    public static async Task<bool> HasNodeAsync(CancellationToken cancellation) => await OutputAsync("node", "--version", cancellation) is not null;

    /// <summary>The major version in what a program prints about itself: <c>v20.1.0</c>, <c>openjdk version "17.0.15"</c>, <c>1.8.0_292</c>.</summary>
    internal static int MajorVersion(string output) =>
        Version().Match(output) is { Success: true } match ? int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture) : 0;

    private static async Task<string?> ProblemAsync(string program, string argument, string name, int least, CancellationToken cancellation)
    {
        if (await OutputAsync(program, argument, cancellation) is not { } output)
            return $"{name} {least} or later is missing: {Advice}.";
        var found = MajorVersion(output);
        return found < least ? $"{name} {least} or later is needed and `{program}` is version {found}: {Advice}." : null;
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
