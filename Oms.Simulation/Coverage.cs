using Oms.Simulation.Faults;

namespace Oms.Simulation;

/// <summary>What was reached, counted by name: steps by function, faults by kind and operation, call points, transitions of the state machines.</summary>
internal sealed class Coverage
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public long Steps { get; set; }

    public long Faults { get; private set; }

    public void Step(string function) => Add("steps", function);

    public void Call(CallPoint call) => Add("calls", call.Function, call.Operation, call.Target);

    public void Fault(string fault, string where, string operation)
    {
        Faults++;
        Add("faults", fault, operation);
        Add("faults-by-function", fault, where);
    }

    /// <summary>An item went from one state to another.</summary>
    public void Visit(string machine, string from, string to) => Add("transitions", machine, from, to);

    public void Answer(string operation, int status) => Add("answers", operation, status.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>How two versions follow each other in a run.</summary>
    public void Course(string kind) => Add("versions", kind);

    /// <summary>A process has started.</summary>
    public void Version(string function, bool isNewer) => Add("versions", function, isNewer ? "newer" : "older");

    /// <summary>What newer code adds to items was written by it, or carried by older code.</summary>
    public void NewerAttribute(string what, string item, string name) => Add(what, item, name);

    public void Final(string scenario, string state) => Add("ends", scenario, state);

    public void Merge(Coverage other)
    {
        Steps += other.Steps;
        Faults += other.Faults;
        foreach (var (name, count) in other._counts)
        {
            _counts[name] = _counts.GetValueOrDefault(name) + count;
        }
    }

    private void Add(params ReadOnlySpan<string> name)
    {
        var key = string.Join(" | ", name);
        _counts[key] = _counts.GetValueOrDefault(key) + 1;
    }
}
