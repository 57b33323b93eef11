using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Oms.LocalAws.Backends;
using Oms.Simulation.Bugs;
using Oms.Tests.Orders;
using Oms.Tests.Support;

namespace Oms.Tests.Simulation;

/// <summary>Every clause of every condition of every write stands there for a reason, and the simulation knows it.</summary>
public sealed partial class ClauseTests
{
    /// <summary>Enough for all that are not rare; OMS_CLAUSE_SEEDS sets another number.</summary>
    private const int Everyday = 150;

    /// <summary>Clauses that nothing depends on as long as everything else is in its place, and why they stand there all the same.</summary>
    private static readonly Dictionary<string, string> Redundant = new(StringComparer.Ordinal)
    {
        ["inventory-inbox TransactWriteItems Update oms-inventory stock: reserved >= :q of reserved >= :q"] =
            "The head in the same transaction is written only on the version that took the units, so that they are reserved; this keeps a row from going below zero should that ever fail.",
    };

    /// <summary>Clauses that hardly a seed sends, so that no run would find them missing, and the test that fails without them.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["orders-api PutItem oms-orders twin: o = :ended of o = :ended"] = nameof(OrderStoreTests.Of_two_that_saw_the_same_order_ended_one_takes_its_place_and_the_other_meets_it),
    };

    [Fact]
    public async Task Without_any_clause_of_any_condition_an_invariant_is_broken()
    {
        var started = Stopwatch.GetTimestamp();
        var seeds = Environment.GetEnvironmentVariable("OMS_CLAUSE_SEEDS") ?? Everyday.ToString(CultureInfo.InvariantCulture);
        var (exitCode, output, report) = await SimulationProgram.ReportAsync(["--clauses", seeds, .. Redundant.Keys.Concat(Elsewhere.Keys).SelectMany(static clause => (string[])["--skip", clause])], LongLife.Environment);
        var clauses = report.GetProperty("clauses").EnumerateArray().ToList();
        Figures.Record("conditions.dropped", clauses.Count, "every clause that the runs send", Stopwatch.GetElapsedTime(started));
        Figures.Record("conditions.found", clauses.Count(static clause => clause.GetProperty("seed").ValueKind != System.Text.Json.JsonValueKind.Null), $"all but the {Redundant.Count} that are listed as redundant", Stopwatch.GetElapsedTime(started));
        Assert.True(exitCode == 0, output);

        // A reason for something that is no longer there is a reason to look.
        var sent = clauses.Select(static clause => clause.GetProperty("clause").GetString()!).ToList();
        Assert.Empty(Redundant.Keys.Except(sent, StringComparer.Ordinal));

        // A clause that stands in the sources is sent, and one that is sent is not put together where nobody sees it.
        var written = Written();
        Assert.Empty(written.Except(sent.Concat(Elsewhere.Keys).Select(ClauseOf), StringComparer.Ordinal));
        Assert.Empty(sent.Concat(Elsewhere.Keys).Select(ClauseOf).Except(written, StringComparer.Ordinal));
    }

    private static string ClauseOf(string reported) => reported[(reported.IndexOf(": ", StringComparison.Ordinal) + 2)..];

    /// <summary>The clauses of all conditions in the services' sources, as the report names them.</summary>
    private static HashSet<string> Written()
    {
        string[] folders = ["Oms.Orders", "Oms.Payments", "Oms.Inventory", "Oms.ServiceDefaults"];
        return [.. folders.SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, folder), "*.cs", SearchOption.AllDirectories))
            .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(File.ReadLines)
            .Where(static line => !line.Contains("KeyConditionExpression", StringComparison.Ordinal))
            .SelectMany(static line => ConditionText().Matches(line).Select(static match => match.Groups["text"].Value))
            .SelectMany(static text => ConditionTree.Read(text).WithoutEach().Select(part => $"{part.Clause} of {text}"))];
    }

    /// <summary>A literal that begins as a condition does.</summary>
    [GeneratedRegex(@"""(?<text>\(*(#?\w+ (=|<>|<=?|>=?) :|attribute_(not_)?exists\(|size\(|contains\(|begins_with\(|NOT )[^""]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConditionText();
}
