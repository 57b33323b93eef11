using Oms.Simulation.Schedule;

namespace Oms.Simulation.Checks;

/// <summary>What a run has broken, at most thirty of it.</summary>
internal sealed class Violations(Trace trace)
{
    private const int Most = 30;

    private readonly List<Violation> _found = [];

    public IReadOnlyList<Violation> Found => _found;

    public void Require(bool holds, int invariant, Func<string> otherwise)
    {
        if (holds || _found.Count >= Most)
        {
            return;
        }

        var violation = new Violation(invariant, otherwise());
        _found.Add(violation);
        trace.Line("CHECK", $"invariant {violation.Invariant} is broken: {violation.Text}");
    }
}
