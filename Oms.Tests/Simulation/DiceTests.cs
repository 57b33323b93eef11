using Oms.Simulation.Schedule;

namespace Oms.Tests.Simulation;

/// <summary>A seed means the same for ever: these numbers may never change.</summary>
public sealed class DiceTests
{
    [Fact]
    public void A_seed_throws_what_it_has_always_thrown()
    {
        var dice = new Dice(42, "test");
        Assert.Equal([2852593269u, 2471712732u, 2496473564u, 3912960931u], Enumerable.Range(0, 4).Select(_ => dice.NextUInt()));
    }

    [Fact]
    public void Each_purpose_has_a_sequence_of_its_own() =>
        Assert.NotEqual(new Dice(42, "faults").NextUInt(), new Dice(42, "orders").NextUInt());

    [Fact]
    public void Throws_stay_within_their_bounds_and_reach_all_of_them()
    {
        var dice = new Dice(7, "bounds");
        Assert.Equal([3, 4, 5], Enumerable.Range(0, 200).Select(_ => dice.Next(3, 6)).Distinct().Order());
        Assert.All(Enumerable.Range(0, 1000).Select(_ => dice.NextDouble()), static number => Assert.InRange(number, 0, 0.9999999999999999));
        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => dice.Chance(0.25)), 2300, 2700);
        Assert.False(dice.Chance(0));
    }
}
