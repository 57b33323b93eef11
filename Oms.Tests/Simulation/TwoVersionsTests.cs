using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Oms.Simulation.Versions;
using Oms.Tests.Support;

namespace Oms.Tests.Simulation;

/// <summary>The code as it is beside the release that might come next, on the same tables, queues and topics (ADR 0010).</summary>
public sealed class TwoVersionsTests(NextVersion next) : IClassFixture<NextVersion>
{
    /// <summary>From 40 on so many are enough to see every function in both versions, and each table's heads go from one to the other; OMS_BESIDE_SEEDS sets another number.</summary>
    private const int Everyday = 16;

    private const string First = "40";

    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Two_versions_at_once_break_no_invariant_and_the_same_seed_is_the_same_run()
    {
        var started = Stopwatch.GetTimestamp();
        var seeds = Environment.GetEnvironmentVariable("OMS_BESIDE_SEEDS") ?? Everyday.ToString(CultureInfo.InvariantCulture);
        var (exitCode, output, report) = await SimulationProgram.ReportAsync([.. next.Arguments, "--from", First, "--seeds", seeds]);
        var (_, _, again) = await SimulationProgram.ReportAsync([.. next.Arguments, "--from", First, "--seeds", "1", "--threads", "1"]);
        Assert.True(report.ValueKind == JsonValueKind.Object, output);
        Figures.Record("beside.seeds", report.GetProperty("seeds").GetDouble(), $">= {Everyday}", Stopwatch.GetElapsedTime(started));
        Figures.Record("beside.violations", report.GetProperty("violations").GetDouble(), "0", Stopwatch.GetElapsedTime(started));
        var counts = report.GetProperty("counts").EnumerateObject().ToDictionary(static count => count.Name, static count => count.Value.GetDouble(), StringComparer.Ordinal);
        Figures.Record("beside.carried", counts.Where(static count => count.Key.StartsWith("carried | ", StringComparison.Ordinal)).Sum(static count => count.Value), "> 0", Stopwatch.GetElapsedTime(started));
        Assert.True(exitCode == 0, output);
        Assert.Equal(again.GetProperty("traces").GetProperty(First).GetString(), report.GetProperty("traces").GetProperty(First).GetString());

        // Where the newer never wrote, or the older never after it, nothing was tried.
        string[] meant =
        [
            "versions | roll-out", "versions | roll-back", "versions | roll-out twice", "versions | mixed",
            .. ((string[])["oms-orders head | touches", "oms-payments head | touches", "oms-inventory head | touches", "oms-inventory head | order-touches"]).SelectMany(static name => (string[])[$"written | {name}", $"carried | {name}"]),
            .. Oms.Simulation.Cloud.Blueprint.Committed.Template.Functions.SelectMany(static function => (string[])[$"versions | {function.Name} | newer", $"versions | {function.Name} | older"]),
        ];
        Assert.Empty(meant.Except(counts.Keys, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Older_code_that_drops_what_it_does_not_know_is_found()
    {
        var (exitCode, output, report) = await SimulationProgram.ReportAsync(["--bug", NextVersion.PatchNamed("unknown-attributes-dropped"), .. next.Arguments, "--seeds", "20", "--threads", "1"]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(15, report.GetProperty("invariants")[0].GetInt32());
    }

    [Fact]
    public async Task What_is_neither_a_patch_nor_a_revision_is_told_so()
    {
        var (exitCode, output) = await SimulationProgram.RunAsync(["--beside", "no-such-release"]);
        Assert.Equal(3, exitCode);
        Assert.Contains("no-such-release is no patch that is there, and no revision of git", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_seed_draws_a_roll_out_a_roll_back_both_or_a_mixture()
    {
        foreach (var seed in Enumerable.Range(1, 40).Select(static seed => (ulong)seed))
        {
            var course = new VersionCourse(seed, Noon, always: null);
            var (early, late) = (Newer(course, Noon.AddSeconds(-1)), Newer(course, Noon.AddHours(2)));
            var isRight = course.Kind switch
            {
                "roll-out" => early == 0 && late == 100,
                "roll-back" => early == 100 && late == 0,
                "roll-out twice" => early == 0 && late == 100 && Enumerable.Range(0, 600).Any(step => Newer(course, Noon.AddMinutes(13) + TimeSpan.FromSeconds(3 * step)) == 0),
                "mixed" => early is > 0 and < 100 && late is > 0 and < 100,
                _ => false,
            };
            Assert.True(isRight, $"seed {seed}, {course.Kind}: {early} of 100 invocations run newer code before it begins, {late} when it is over");
        }

        Assert.Equal(100, Newer(new VersionCourse(1, Noon, always: 1), Noon));
        Assert.Equal(0, Newer(new VersionCourse(1, Noon, always: 0), Noon));

        static int Newer(VersionCourse course, DateTimeOffset now) => Enumerable.Range(0, 100).Count(_ => course.TakesNewer("orders-api", now));
    }
}
