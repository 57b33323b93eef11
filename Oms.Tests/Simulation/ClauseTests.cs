using System.Diagnostics;
using System.Globalization;
using Oms.Tests.Support;

namespace Oms.Tests.Simulation;

/// <summary>Every clause of every condition of every write stands there for a reason, and the simulation knows it.</summary>
public sealed class ClauseTests
{
    /// <summary>Enough for all that are not rare; OMS_CLAUSE_SEEDS sets another number.</summary>
    private const int Everyday = 150;

    /// <summary>Clauses that nothing depends on as long as everything else is in its place, and why they stand there all the same.</summary>
    private static readonly Dictionary<string, string> Redundant = new(StringComparer.Ordinal)
    {
        ["inventory-inbox TransactWriteItems Update oms-inventory stock: reserved >= :q of reserved >= :q"] =
            "The head in the same transaction is written only on the version that took the units, so that they are reserved; this keeps a row from going below zero should that ever fail.",
    };

    [Fact]
    public async Task Without_any_clause_of_any_condition_an_invariant_is_broken()
    {
        var started = Stopwatch.GetTimestamp();
        var seeds = Environment.GetEnvironmentVariable("OMS_CLAUSE_SEEDS") ?? Everyday.ToString(CultureInfo.InvariantCulture);
        var (exitCode, output, report) = await SimulationProgram.ReportAsync(["--clauses", seeds, .. Redundant.Keys.SelectMany(static clause => (string[])["--skip", clause])], LongLife.Environment);
        var clauses = report.GetProperty("clauses").EnumerateArray().ToList();
        Figures.Record("conditions.dropped", clauses.Count, "every clause that the runs send", Stopwatch.GetElapsedTime(started));
        Figures.Record("conditions.found", clauses.Count(static clause => clause.GetProperty("seed").ValueKind != System.Text.Json.JsonValueKind.Null), $"all but the {Redundant.Count} that are listed as redundant", Stopwatch.GetElapsedTime(started));
        Assert.True(exitCode == 0, output);

        // A reason for something that is no longer there is a reason to look.
        Assert.Empty(Redundant.Keys.Except(clauses.Select(static clause => clause.GetProperty("clause").GetString()!), StringComparer.Ordinal));
    }
}
