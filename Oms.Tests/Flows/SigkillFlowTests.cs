using System.Diagnostics;
using System.Globalization;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>
/// SIGKILL to every function process, to LocalAws and to the embedded backend while orders come in: what a shop was told is taken is there, whole,
/// reaches its state, and is charged and reserved once. OMS_SIGKILL_ROUNDS kills so often on each backend, OMS_SEED makes it another run.
/// </summary>
[Collection(nameof(WholeSystem))]
public sealed class SigkillFlowTests(ITestOutputHelper output)
{
    /// <summary>Kills, on both backends together, of a run that is to be held against the figure for a release.</summary>
    private const int LongRun = 30;

    /// <summary>More than is required: a kill holds up what comes, and it is caught up with afterwards.</summary>
    private const double OrdersPerSecond = 30;

    [Fact]
    public async Task No_order_that_was_taken_is_lost_and_none_is_charged_twice()
    {
        var seed = Setting("OMS_SEED") ?? 20261122;
        var rounds = Setting("OMS_SIGKILL_ROUNDS");
        var (onPrograms, onEmbedded) = Victims(rounds, new Random(seed));
        var (least, pace) = onPrograms.Count + onEmbedded.Count >= LongRun ? (20, new SigkillPace(OrdersPerSecond, FewestOrders: 25)) : (10, new SigkillPace(OrdersPerSecond, FewestOrders: 12));
        var started = Stopwatch.StartNew();

        await using var programs = await KilledAsync(BackendKind.Processes, onPrograms, pace, seed);

        // What a dead worker had taken is hidden for half a minute: the other backend has its turn meanwhile.
        var settling = programs.SettleAsync();
        await using var embedded = await KilledAsync(BackendKind.EmbeddedProcess, onEmbedded, pace, seed + 1);
        SigkillOutcome[] outcomes = [await settling, await embedded.SettleAsync()];

        var rate = Math.Min(programs.Rate, embedded.Rate);
        Record("sigkill.rounds", onPrograms.Count + onEmbedded.Count, ">= 10, long run >= 30");
        Record("sigkill.rate", Math.Round(rate, 1), $">= {least} orders/s");
        Record("sigkill.lost", outcomes.Sum(static outcome => outcome.Lost.Count), "0");
        Record("sigkill.double", outcomes.Sum(static outcome => outcome.ChargedTwice.Count), "0");
        foreach (var outcome in outcomes)
        {
            Assert.True(outcome.Refused.Count == 0, string.Join("\n", outcome.Refused));
            Assert.True(outcome.Lost.Count == 0, string.Join("\n", outcome.Lost));
            Assert.True(outcome.ChargedTwice.Count == 0, string.Join("\n", outcome.ChargedTwice));
            Assert.Equal(outcome.ToCharge, outcome.Charged);
        }

        await programs.LeavesNothingBehindAsync();
        await embedded.LeavesNothingBehindAsync();
        Assert.True(rate >= least, $"{rate:0.0} orders a second; the rounds are worth little below {least}");

        void Record(string name, double value, string required) => Figures.Record(name, value, required, started.Elapsed, (ulong)seed);
    }

    private async Task<SigkillRounds> KilledAsync(BackendKind backend, IReadOnlyList<string> victims, SigkillPace pace, int seed)
    {
        var started = Stopwatch.StartNew();
        var rounds = await SigkillRounds.StartAsync(backend, pace, seed, line => output.WriteLine($"{backend,-15} {started.Elapsed.TotalSeconds,5:0.0} s  {line}"));
        try
        {
            await rounds.KillAsync(victims);
            return rounds;
        }
        catch
        {
            await rounds.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every function once and LocalAws on both backends; or as many rounds as are wanted on each, everybody before anybody again.</summary>
    private static (IReadOnlyList<string> OnPrograms, IReadOnlyList<string> OnEmbedded) Victims(int? rounds, Random random)
    {
        string[] functions = [.. OmsStack.Functions];
        random.Shuffle(functions);
        var half = functions.Length / 2;
        return rounds is { } many
            ? (Decks([SigkillRounds.LocalAws, .. functions], many, random), Decks([SigkillRounds.Backend, SigkillRounds.LocalAws, .. functions], many, random))
            : ([SigkillRounds.LocalAws, .. functions[..half]], [SigkillRounds.Backend, SigkillRounds.LocalAws, .. functions[half..]]);
    }

    private static List<string> Decks(string[] victims, int rounds, Random random)
    {
        var all = new List<string>();
        while (all.Count < rounds)
        {
            random.Shuffle(victims);
            all.AddRange(victims);
        }

        return all[..rounds];
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
