using Oms.LocalAws.Templates;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Cloud;

/// <summary>
/// The Lambda service: each invocation gets an idle process of its function, or a new one. Processes start with a clock that is as wrong as this run allows,
/// and are replaced now and then between two invocations, as Lambda does.
/// </summary>
internal sealed class Fleet(World world)
{
    /// <summary>More than so many at once are throttled: enough for every race, and few enough to be quick.</summary>
    private const int MostAtOnce = 4;

    private readonly Dice _dice = new(world.Seed, "fleet");
    private readonly Dictionary<string, List<Instance>> _instances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _started = new(StringComparer.Ordinal);

    /// <returns>False where the function is throttled.</returns>
    public bool Invoke(string function, string handler, ReadOnlyMemory<byte> payload, Action<InvocationOutcome> ended)
    {
        var instances = _instances.TryGetValue(function, out var some) ? some : _instances[function] = [];
        instances.RemoveAll(static instance => instance.IsDead);
        var isNewer = world.Versions?.TakesNewer(function) ?? false;
        var idle = instances.Find(instance => !instance.IsBusy && instance.IsNewer == isNewer);
        if (idle is not null && world.GoesWrong(Mishap.Recycle, function, "invocation"))
        {
            instances.Remove(idle);
            idle = null;
        }

        if (idle is null)
        {
            // One of the other version makes room.
            if (instances.Count >= MostAtOnce && !(instances.Find(static instance => !instance.IsBusy) is { } other && instances.Remove(other)))
            {
                return false;
            }

            idle = Start(world.Blueprint.Template.Function(function), isNewer);
            instances.Add(idle);
        }

        idle.Invoke(handler, payload, ended);
        return true;
    }

    /// <summary>Idle processes are gone, busy ones die: the next have right clocks.</summary>
    public void ReplaceAll()
    {
        foreach (var instance in _instances.Values.SelectMany(static instances => instances).ToList())
        {
            instance.Die("replaced");
        }
    }

    private Instance Start(LocalFunction function, bool isNewer)
    {
        var number = _started.GetValueOrDefault(function.Name) + 1;
        _started[function.Name] = number;
        var name = $"{function.Name}/{number}{(world.Versions is null ? "" : isNewer ? ".new" : ".old")}";
        var most = world.Rates.LargestSkew;
        var skew = world.Plan.Happens(Mishap.Skew, function.Name) ? _dice.Between(-most, most) : TimeSpan.Zero;
        if (skew != TimeSpan.Zero)
        {
            world.Coverage.Fault(nameof(Mishap.Skew), function.Name, "start");
            world.Trace.Line(name, $"starts with a clock off by {skew.TotalSeconds:0.0} s");
        }

        if (world.Versions is not null)
        {
            world.Coverage.Version(function.Name, isNewer);
        }

        return new Instance(world, function, name, skew, isNewer);
    }
}
