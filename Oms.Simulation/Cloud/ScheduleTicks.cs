using Oms.LocalAws.Templates;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Cloud;

/// <summary>
/// EventBridge: a constant message to a queue at a fixed rate. A tick at which nothing in the consumer's table is due, seen by the most wrong of clocks, would list nothing;
/// it is left out, because it asks every partition of what is due and changes nothing. For the same reason most runs have a clock that ticks more seldom than it should.
/// </summary>
internal sealed class ScheduleTicks
{
    private readonly World _world;
    private readonly LocalSchedule _schedule;
    private readonly Dice _dice;
    private readonly string _table;
    private readonly int _slowness;

    private ScheduleTicks(World world, LocalSchedule schedule)
    {
        _world = world;
        _schedule = schedule;
        _dice = new Dice(world.Seed, schedule.Name);
        var consumer = world.Blueprint.SourceOf(schedule.Queue) ?? throw new TemplateException($"nothing reads {schedule.Queue}, the target of {schedule.Name}");
        _table = world.Blueprint.Settings(consumer.Function).Table;
        _slowness = new Dice(world.Seed, "clock").NextDouble() switch { < 0.05 => 1, < 0.35 => 10, _ => 25 };
    }

    public static void Start(World world, LocalSchedule schedule)
    {
        var ticks = new ScheduleTicks(world, schedule);
        world.Time.After(ticks._dice.Between(TimeSpan.Zero, schedule.Rate), ticks.Tick);
    }

    private void Tick()
    {
        var late = _world.Plan.Happens(Mishap.TickLate, _schedule.Name);
        _world.Time.After(_schedule.Rate * _slowness, Tick);
        if (_world.Tables.EarliestDue(_table) is not { } due || due > _world.Time.Now + _world.Rates.LargestSkew)
        {
            return;
        }

        if (late)
        {
            _world.Coverage.Fault(nameof(Mishap.TickLate), _schedule.Name, "tick");
            return; // the next one is the late one
        }

        Send();
        if (_world.GoesWrong(Mishap.TickTwice, _schedule.Name, "tick"))
        {
            _world.Time.After(_dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(30)), Send);
        }
    }

    private void Send()
    {
        _world.Trace.Line(_schedule.Name, $"ticks into {_schedule.Queue}");
        _world.SendMessage("events", _schedule.Queue, _schedule.Input);
    }
}
