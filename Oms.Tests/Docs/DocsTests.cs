using System.Diagnostics;
using System.Text.RegularExpressions;
using Oms.LocalAws.Backends;
using Oms.Tests.Support;

namespace Oms.Tests.Docs;

/// <summary>What the documents say is tried: links lead somewhere, and the walk-through runs.</summary>
public sealed partial class DocsTests(SharedStack shared)
{
    public static TheoryData<string> Documents =>
    [
        "README.md",
        .. Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, "docs"), "*.md", SearchOption.AllDirectories).Select(static path => Path.GetRelativePath(RepositoryFolder.Path, path).Replace('\\', '/')),
        "standins/README.md",
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_somewhere(string document)
    {
        var path = Path.Combine(RepositoryFolder.Path, document);
        var broken = Link().Matches(File.ReadAllText(path))
            .Select(static match => match.Groups["target"].Value.Split('#')[0])
            .Where(static target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target)));
        Assert.Empty(broken);
    }

    [Fact]
    public async Task The_walk_through_runs()
    {
        Assert.SkipUnless(File.Exists("/bin/bash") && File.Exists("/usr/bin/curl"), "bash and curl are not installed");
        var stack = await shared.StackAsync();
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(RepositoryFolder.Path, "samples", "walk-through.sh")]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMS_URL"] = stack.ApiUrl.ToString().TrimEnd('/');
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
        Assert.Contains("state: Confirmed", await output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
