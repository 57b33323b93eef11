using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Oms.LocalAws.Backends;
using Oms.Simulation.CrashPoints;
using Oms.Tests.Support;

namespace Oms.Tests.Simulation;

/// <summary>Every call of every handler: the process dies before it takes effect, and after.</summary>
public sealed partial class CrashPointTests
{
    /// <summary>Call sites that no play reaches, and why none can.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["EventPublisher.PublishPacketAsync: EventPublisher.PublishPacketAsync"] = "SNS refuses an entry, which it does with none that the services make; EventPublisherTests",
        ["InventoryStore.SaveAsync: InventoryStore.ReadAsync #2"] = "two workers that change one reservation at once, which plays without chance do not have; ReservationStoreTests",
        ["PaymentWork.LookAfterLeaseAsync: InboxQueue.SendAsync"] = "a second worker while another's lease runs, which plays without chance do not have; PaymentWorkTests",
        ["RelayRole.QuarantineAsync: InboxQueue.SendAsync #2"] = "a record that is too large for its quarantine; intake keeps such orders out; RelayRoleTests",
    };

    /// <summary>
    /// What is run often is compiled once more at once, and not when nothing new has been run for a while (clrconfignames.h in dotnet/runtime).
    /// Services of a release build are left alone: compiled well, they have their call sites inlined, which are then on no stack.
    /// </summary>
    private static readonly Dictionary<string, string?> Promptly = SimulationProgram.Configuration == "Debug" ? new(StringComparer.Ordinal) { ["DOTNET_TC_CallCountingDelayMs"] = "0" } : [];

    [Fact]
    public async Task A_process_that_dies_at_any_call_before_it_or_after_breaks_no_invariant()
    {
        var started = Stopwatch.StartNew();
        var (exitCode, output, report) = await SimulationProgram.ReportAsync(["crash-points"], Promptly);
        Assert.True(report.ValueKind == JsonValueKind.Object, output);
        Figures.Record("crashpoints.points", report.GetProperty("points").GetDouble(), "all that are recorded", started.Elapsed);
        Figures.Record("crashpoints.covered", report.GetProperty("covered").GetDouble(), "1.0", started.Elapsed);
        Assert.True(exitCode == 0, output);
        Assert.Equal(1.0, report.GetProperty("covered").GetDouble());
        Assert.Equal(Exceptions.Keys.Order(StringComparer.Ordinal), Texts(report, "unreached").Order(StringComparer.Ordinal));

        // What the plays are for, each seen in the services' own steps.
        var counts = report.GetProperty("counts").EnumerateObject().Select(static count => count.Name).ToHashSet(StringComparer.Ordinal);
        string[] meant =
        [
            "transitions | order | Received | Rejected", "transitions | order | Received | Review", "transitions | order | AwaitingPayment | Review", "transitions | order | AwaitingPayment | Cancelled",
            "transitions | order | Confirmed | Cancelled", "transitions | order | - | Completed", "transitions | payment | Authorising | Unknown", "transitions | payment | Unknown | Authorised",
            "transitions | payment | Unknown | Expired", "transitions | payment | Expired | Voiding", "transitions | payment | Voiding | Voided", "transitions | payment | Authorising | Declined",
            "transitions | reservation | Held | Committed", "transitions | reservation | Held | Released", "transitions | reservation | Committed | Released",
        ];
        Assert.Empty(meant.Except(counts, StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_crash_is_replayed_with_its_trace()
    {
        var (exitCode, trace) = await SimulationProgram.RunAsync(["crash-points", "--run", "6a"]);
        Assert.True(exitCode == 0, trace);
        Assert.Contains("died: after dynamodb.PutItem", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_crash_is_replayed_with_a_bug_in_it()
    {
        var bug = PlantedBugTests.Patches.Single(static patch => Path.GetFileName(patch) == "told-with-every-version.patch");
        var (exitCode, trace) = await SimulationProgram.RunAsync(["crash-points", "--run", "6a", "--bug", bug]);
        Assert.Equal(1, exitCode);
        Assert.Contains("invariant 8", trace, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("crash-points --pairs")]
    [InlineData("crash-points --run 0b")]
    [InlineData("crash-points --threads none")]
    public async Task A_command_that_makes_no_sense_ends_with_2(string arguments)
    {
        var (exitCode, _) = await SimulationProgram.RunAsync(arguments.Split(' '));
        Assert.Equal(2, exitCode);
    }

    /// <summary>Whoever lists call sites from compiled code may have forgotten a form of them: the text of the sources is counted beside it.</summary>
    [Fact]
    public void As_many_call_sites_of_the_tables_are_listed_as_stand_in_the_sources()
    {
        string[] folders = ["Oms.Orders", "Oms.Payments", "Oms.Inventory", "Oms.ServiceDefaults"];
        var written = folders.SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, folder), "*.cs", SearchOption.AllDirectories))
            .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Sum(static file => TableCall().Count(File.ReadAllText(file)));
        Assert.True(written > 15, $"only {written} calls of tables stand in the sources");
        Assert.Equal(written, CallSites.OfServices.All.Count(static site => site.Contains(": DynamoTable.", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"\btable\.\w+Async\(", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TableCall();

    private static IEnumerable<string> Texts(JsonElement report, string name) => report.GetProperty(name).EnumerateArray().Select(static text => text.GetString()!);
}
