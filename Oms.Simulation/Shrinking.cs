namespace Oms.Simulation;

/// <summary>Makes a failing run smaller while it still fails: fewer orders, then fewer faults.</summary>
internal static class Shrinking
{
    /// <param name="failing">A run with violations.</param>
    /// <param name="run">Runs the seed with other limits.</param>
    public static RunResult Shrink(RunResult failing, Func<Limits, RunResult> run)
    {
        var smallest = failing;
        for (var orders = 1; orders < smallest.Orders; orders++)
        {
            if (Fails(failing, run(failing.Limits with { Orders = orders })) is { } smaller)
            {
                smallest = smaller;
                break;
            }
        }

        // By halves: leaving faults out can change what follows, so every candidate is run.
        for (int low = 0, high = smallest.Faults; low < high;)
        {
            var middle = (low + high) / 2;
            if (Fails(failing, run(smallest.Limits with { Faults = middle })) is { } smaller)
            {
                smallest = smaller;
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return smallest;
    }

    /// <summary>It counts as the same failure where the same invariant is broken.</summary>
    private static RunResult? Fails(RunResult first, RunResult now) => now.Violations.Any(violation => first.Violations.Any(other => other.Invariant == violation.Invariant)) ? now : null;
}
