using Oms.Tests.Support;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>The engine against AWS's own DynamoDB Local: the same calls, and every answer, item and stream record compared.</summary>
public sealed class DifferentialTests(DifferentialFixture fixture, ITestOutputHelper output) : IClassFixture<DifferentialFixture>
{
    private readonly DifferentialRun _run = fixture.Run;

    [Fact]
    public void The_engine_answers_as_DynamoDB_Local_does()
    {
        Figures.Record("differential.operations", _run.Operations, ">= 5,000, long run 200,000", _run.Duration, _run.Seed);
        Figures.Record("differential.mismatches", _run.Mismatch is null ? 0 : 1, "0", _run.Duration, _run.Seed);

        Assert.True(_run.Mismatch is null, _run.Mismatch);
        Assert.InRange(_run.Operations, _run.Wanted, int.MaxValue);
    }

    [Fact]
    public void Three_in_ten_calls_fail_by_their_condition_and_one_in_ten_is_a_transaction()
    {
        foreach (var (operation, count) in _run.ByOperation) output.WriteLine($"{count,6} {operation}");

        Assert.InRange(_run.FailedConditions, _run.Operations * 30 / 100, _run.Operations);
        Assert.InRange(_run.ByOperation["TransactWriteItems"] + _run.ByOperation["TransactGetItems"], _run.Operations / 10, _run.Operations);
    }

    [Fact]
    public void Every_function_keyword_and_operator_of_expressions_is_met_50_times()
    {
        foreach (var (function, count) in _run.ByFunction) output.WriteLine($"{count,6} {function}");

        Assert.DoesNotContain(_run.ByFunction, static used => used.Value < 50);
    }

    [Fact]
    public void Every_refusal_is_met_20_times()
    {
        Assert.True(_run.ByRefusal.Length >= 90, "the refusals that are asked for have become fewer");
        Assert.DoesNotContain(_run.ByRefusal, static times => times < 20);
    }

    [Fact]
    public void Every_exclusion_has_a_source_and_is_needed()
    {
        foreach (var (exclusion, times) in _run.Exclusions.Used) output.WriteLine($"{times,6} {exclusion.What}");

        Assert.All(_run.Exclusions.Used, static used =>
        {
            Assert.NotEmpty(used.Exclusion.Source);
            Assert.True(used.Exclusion.IsRare || used.Times > 0, used.Exclusion.What);
        });
    }

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_bug_is_found(string bug)
    {
        for (var i = 0; i < _run.Recorded.Count; i++)
        {
            var (sequence, theirs) = _run.Recorded[i];
            if (Comparison.Difference(sequence, Played(bug, sequence), theirs, new Exclusions()) is not { } found) continue;
            output.WriteLine($"sequence {i}, {found}");
            return;
        }

        Assert.Fail($"{bug}: not found in {_run.Recorded.Count} sequences");
    }

    [Fact]
    public void Without_a_bug_nothing_is_found() =>
        Assert.All(_run.Recorded, static recorded =>
            Assert.Null(Comparison.Difference(recorded.Sequence, PlayedSequence.Play(new EnginePeer(TimeProvider.System), recorded.Sequence, "differential"), recorded.Theirs, new Exclusions())));

    public static TheoryData<string> Bugs() => [.. PlantedBugs.All.Keys];

    private static PlayedSequence Played(string bug, CallSequence sequence) => PlayedSequence.Play(PlantedBugs.All[bug](new EnginePeer(TimeProvider.System)), sequence, "differential");
}
