using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Oms.LocalAws.Backends;
using Oms.Simulation.Bugs;
using Oms.Tests.Support;

namespace Oms.Tests.Simulation;

/// <summary>Mistakes that people make, as patches of what ships: the simulation must find each, or it would not find the real one either.</summary>
public sealed partial class PlantedBugTests
{
    private const int MostSeeds = 500;

    private const string Stale = """
        --- a/Oms.Inventory/Quantity.cs
        +++ b/Oms.Inventory/Quantity.cs
        @@ -1,2 +1,1 @@
         // a line that never was
        -// and another
        """;

    private const string OfWhatDoesNotShip = """
        --- a/Oms.LocalAws/README.md
        +++ b/Oms.LocalAws/README.md
        @@ -0,0 +1,1 @@
        +anything
        """;

    /// <summary>The invariants of which at least one planted bug breaks each.</summary>
    private static readonly int[] Invariants = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

    /// <summary>One for each of these invariants is tried in every run, all of them in the long one (OMS_PLANTED_BUGS=all).</summary>
    private static readonly string[] Everyday =
    [
        "total-without-shipping",
        "another-body-answered-as-replay",
        "new-gateway-key-for-each-try",
        "stock-taken-without-condition",
        "ended-order-keeps-its-stock",
        "confirmed-without-money",
        "order-head-written-without-condition",
        "published-before-commit",
        "older-order-news-applied",
        "overdue-stays-overdue",
        "forgotten-after-an-hour",
        "lease-ignored",
        "payment-of-another-tenant-shown",
        "address-in-the-timeline",
    ];

    public static IReadOnlyList<string> Patches { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, "Oms.Tests", "Simulation", "PlantedBugs"), "*.patch").Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Every_planted_bug_is_found()
    {
        var started = Stopwatch.GetTimestamp();
        var missed = new List<string>();
        var tried = Environment.GetEnvironmentVariable("OMS_PLANTED_BUGS") == "all" ? Patches : [.. Patches.Where(static patch => Everyday.Contains(Path.GetFileNameWithoutExtension(patch)))];
        var (exitCode, output, report) = await SimulationProgram.ReportAsync([.. tried.SelectMany(static patch => (string[])["--bug", patch]), "--seeds", MostSeeds.ToString(CultureInfo.InvariantCulture)]);
        Assert.True(report.ValueKind == JsonValueKind.Object, output);
        foreach (var patch in tried)
        {
            // By what it is said to break, and not by chance.
            if (!report.TryGetProperty(patch, out var result) || result.ValueKind != JsonValueKind.Object || !result.GetProperty("found").GetBoolean()
                || !result.GetProperty("invariants").EnumerateArray().Any(invariant => Broken(patch).Contains(invariant.GetInt32())))
            {
                missed.Add(Path.GetFileName(patch));
            }
        }

        Figures.Record("plantedbugs.found", tried.Count - missed.Count, "all of plantedbugs.total, within 500 seeds each", Stopwatch.GetElapsedTime(started));
        Figures.Record("plantedbugs.total", tried.Count, ">= 12", Stopwatch.GetElapsedTime(started));
        Assert.True(missed.Count == 0 && exitCode == 0, $"missed: {string.Join(", ", missed)}\n{output}");
    }

    /// <summary>Whoever changes the code that a patch breaks renews the patch.</summary>
    [Fact]
    public void Every_patch_applies_to_the_sources_as_they_are()
    {
        using var sources = new SourceCopy();
        var stale = new List<string>();
        foreach (var patch in Patches)
        {
            try
            {
                PatchedSources.Check(sources.Folder, patch);
            }
            catch (BugException refused)
            {
                stale.Add(refused.Message);
            }
        }

        Assert.True(stale.Count == 0, string.Join("\n\n", stale));
    }

    [Fact]
    public void Every_patch_says_first_what_it_breaks_and_together_they_break_what_must_be_guarded()
    {
        Assert.True(Patches.Count >= 14);
        var broken = new HashSet<int>();
        foreach (var patch in Patches)
        {
            Assert.True(Broken(patch).Count > 0, $"{Path.GetFileName(patch)} does not begin with \"Breaks invariant N.\" or \"Breaks invariant N or M.\"");
            if (Everyday.Contains(Path.GetFileNameWithoutExtension(patch), StringComparer.Ordinal))
            {
                broken.Add(Broken(patch)[0]);
            }
        }

        Assert.Empty(Invariants.Except(broken));
    }

    [Fact]
    public async Task A_patch_that_does_not_apply_is_told_which_hunk()
    {
        var (exitCode, output) = await TryAsync(Stale);
        Assert.Equal(3, exitCode);
        Assert.Contains("Oms.Inventory/Quantity.cs:1", output, StringComparison.Ordinal);
        Assert.Contains("a line that never was", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_each_that_cannot_be_tried_is_told()
    {
        var stale = await WriteAsync(Stale);
        var other = await WriteAsync(OfWhatDoesNotShip);
        try
        {
            var (exitCode, output, report) = await SimulationProgram.ReportAsync("--bug", stale, "--bug", other);
            Assert.True(exitCode == 3, output);
            Assert.Contains("Oms.Inventory/Quantity.cs:1", output, StringComparison.Ordinal);
            Assert.Contains("Oms.LocalAws/README.md", output, StringComparison.Ordinal);
            Assert.Equal([JsonValueKind.Null, JsonValueKind.Null], [report.GetProperty(stale).ValueKind, report.GetProperty(other).ValueKind]);
        }
        finally
        {
            File.Delete(stale);
            File.Delete(other);
        }
    }

    [Fact]
    public async Task A_patch_of_what_does_not_ship_is_no_bug()
    {
        var (exitCode, output) = await TryAsync(OfWhatDoesNotShip);
        Assert.Equal(3, exitCode);
        Assert.Contains("Oms.LocalAws/README.md", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patch_that_does_not_compile_is_told_what_the_compiler_says()
    {
        var (exitCode, output) = await TryAsync("""
            --- /dev/null
            +++ b/Oms.Contracts/Broken.cs
            @@ -0,0 +1,1 @@
            +namespace Oms.Contracts; public static class Broken { public static int Zero => "none"; }
            """);
        Assert.Equal(4, exitCode);
        Assert.Contains("Oms.Contracts/Broken.cs(1,", output, StringComparison.Ordinal);
        Assert.Contains("CS0029", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> TryAsync(string patch)
    {
        var file = await WriteAsync(patch);
        try
        {
            return await SimulationProgram.RunAsync(["--bug", file]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<string> WriteAsync(string patch)
    {
        var file = Path.Combine(Path.GetTempPath(), $"oms-bug-{Guid.NewGuid():N}.patch");
        await File.WriteAllTextAsync(file, patch.ReplaceLineEndings("\n") + "\n", TestContext.Current.CancellationToken);
        return file;
    }

    /// <summary>What a patch says that it breaks.</summary>
    private static List<int> Broken(string patch) =>
        [.. FirstLine().Match(File.ReadLines(patch).First()).Groups["invariant"].Captures.Select(static capture => int.Parse(capture.Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"^Breaks invariant (?<invariant>\d+)(?: or (?<invariant>\d+))*\.$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstLine();

    private sealed class SourceCopy : IDisposable
    {
        private readonly string _whole = Path.Combine(RepositoryFolder.Artifacts, "bugs", Guid.NewGuid().ToString("N"));

        public SourceCopy() => PatchedSources.Copy(RepositoryFolder.Path, Folder);

        public string Folder => Path.Combine(_whole, "sources");

        public void Dispose() => Directory.Delete(_whole, recursive: true);
    }
}
