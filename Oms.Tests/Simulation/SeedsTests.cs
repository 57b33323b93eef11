using System.Text.Json;
using Oms.Simulation.Cloud;
using Oms.Simulation.Faults;
using Oms.Tests.Support;

namespace Oms.Tests.Simulation;

/// <summary>
/// Every seed of the everyday run holds every invariant, and together they reach what there is to reach: each function, each fault at each operation, each step of each state machine.
/// OMS_SIMULATION_SEEDS sets how many; fewer than the everyday run's need not reach all.
/// </summary>
[Collection(nameof(SeedsLast))]
public sealed class SeedsTests
{
    /// <summary>An operation that is called less often than this in all seeds together is too rare for every fault to fall on it.</summary>
    private const long Often = 1500;

    /// <summary>Steps of the state machines that need more time than a run has, or the luck of one in thousands; the plays of the crash points and the services' own tests take them.</summary>
    private static readonly string[] Rare =
    [
        // Native orders cannot be cancelled yet, so money is given back only where it comes after its payment has expired.
        "transitions | payment | Authorising | Voiding",
        "transitions | payment | Authorising | Voided",
        "transitions | payment | Authorising | Expired",
        "transitions | payment | Unknown | Voiding",
        "transitions | payment | Unknown | Voided",
        "transitions | payment | Authorised | Voiding",
        "transitions | payment | Declined | Voiding",

        // Stock is given back on Inventory's own word only after a day of silence.
        "transitions | order | Confirmed | Review",
        "transitions | order | Review | Rejected",
        "transitions | order | Review | AwaitingPayment",
        "transitions | reservation | - | Committed",
        "transitions | reservation | - | Lost",
        "transitions | reservation | Refused | Committed",
        "transitions | reservation | Refused | Lost",
        "transitions | reservation | Released | Held",
        "transitions | reservation | Released | Refused",
        "transitions | reservation | Released | Committed",
        "transitions | reservation | Released | Lost",
        "transitions | reservation | Lost | Committed",
        "transitions | reservation | Lost | Released",
    ];

    [Fact]
    public async Task Seeds_break_no_invariant_and_leave_nothing_out()
    {
        var (exitCode, output, report) = await SeedsRun.EndAsync();
        Assert.True(report.ValueKind == JsonValueKind.Object, output);
        var duration = TimeSpan.FromSeconds(report.GetProperty("seconds").GetDouble());
        Figures.Record("simulation.seeds", report.GetProperty("seeds").GetDouble(), ">= 2000", duration);
        Figures.Record("simulation.steps", report.GetProperty("steps").GetDouble(), "> 0", duration);
        Figures.Record("simulation.faults", report.GetProperty("faults").GetDouble(), "> 0", duration);
        Figures.Record("simulation.violations", report.GetProperty("violations").GetDouble(), "0", duration);
        Assert.True(exitCode == 0, output);
        if (SeedsRun.IsUsual)
        {
            Assert.Empty(Missing(report.GetProperty("counts"), Often));
        }
    }

    [Fact]
    public void What_was_never_reached_is_named()
    {
        using var counts = JsonDocument.Parse("""{"steps | orders-api": 3, "calls | orders-api | dynamodb.GetItem | oms-orders head": 3, "calls | orders-api | dynamodb.PutItem | oms-orders head": 2, "faults | Freeze | dynamodb.GetItem": 1}""");
        var missing = Missing(counts.RootElement, often: 3).ToList();
        Assert.Contains("steps | payments-inbox", missing);
        Assert.DoesNotContain("steps | orders-api", missing);
        Assert.Contains("faults | Lost | dynamodb.GetItem", missing);
        Assert.DoesNotContain("faults | Freeze | dynamodb.GetItem", missing);
        Assert.DoesNotContain("faults | Freeze | dynamodb.PutItem", missing); // too rare
        Assert.Contains("transitions | order | Received | AwaitingPayment", missing);
        Assert.Contains("faults | Duplicate", missing);
    }

    private static IEnumerable<string> Missing(JsonElement counts, long often)
    {
        var reached = counts.EnumerateObject().Select(static count => count.Name).ToList();
        var expected = Blueprint.Committed.Template.Functions.Select(static function => $"steps | {function.Name}")
            .Concat(counts.EnumerateObject().Where(static count => count.Name.StartsWith("calls | ", StringComparison.Ordinal))
                .GroupBy(static count => count.Name.Split(" | ")[2], static count => count.Value.GetInt64(), StringComparer.Ordinal)
                .Where(operation => operation.Sum() >= often)
                .Select(static operation => operation.Key)
                .SelectMany(static operation => FaultPlan.PossibleAt(new CallPoint("", "", operation, "", 1)).Select(fault => $"faults | {fault} | {operation}")))
            .Concat(Enum.GetNames<Mishap>().Select(static mishap => $"faults | {mishap}"))
            .Concat(Oms.Simulation.Checks.CommitChecks.Paths.Select(static path => $"transitions | {path.Machine} | {path.From} | {path.To}").Except(Rare, StringComparer.Ordinal));
        return expected.Where(name => !reached.Exists(have => have == name || have.StartsWith(name + " | ", StringComparison.Ordinal)));
    }
}
