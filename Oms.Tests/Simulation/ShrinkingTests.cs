using Oms.Simulation;
using Oms.Simulation.Checks;

namespace Oms.Tests.Simulation;

public sealed class ShrinkingTests
{
    [Fact]
    public void A_failing_run_gets_as_small_as_it_can_be_and_still_fail_alike()
    {
        var smallest = Shrinking.Shrink(Result(Limits.None, orders: 9, faults: 100, invariant: 4), limits =>
            (limits.Orders ?? 9) >= 3 && (limits.Faults ?? 100) >= 17 ? Result(limits, 9, 100, 4) : Result(limits, 9, 100, null));
        Assert.Equal(new Limits(3, 17), smallest.Limits);
    }

    [Fact]
    public void Another_failure_is_not_the_same_one()
    {
        var smallest = Shrinking.Shrink(Result(Limits.None, orders: 2, faults: 8, invariant: 3), limits =>
            Result(limits, 2, 8, (limits.Orders ?? 2) < 2 || limits.Faults < 5 ? 10 : 3));
        Assert.Equal(new Limits(null, 5), smallest.Limits);
    }

    [Fact]
    public void What_cannot_be_made_smaller_stays_as_it_is()
    {
        var failing = Result(Limits.None, orders: 1, faults: 0, invariant: 1);
        Assert.Same(failing, Shrinking.Shrink(failing, _ => throw new InvalidOperationException("nothing is left to leave out")));
    }

    private static RunResult Result(Limits limits, int orders, int faults, int? invariant) =>
        new(1, limits, invariant is { } broken ? [new Violation(broken, "broken")] : [], "", new Coverage(), limits.Faults is { } most ? Math.Min(most, faults) : faults, limits.Orders is { } few ? Math.Min(few, orders) : orders);
}
