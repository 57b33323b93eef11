using Oms.Simulation.Cloud;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Scenario;

/// <summary>Messages that nobody can read, put into queues on purpose: the only ones that may end as dead letters.</summary>
internal sealed class Poison(World world)
{
    private static readonly string[] Bodies =
    [
        "poison: no JSON",
        "[\"poison\"]",
        """{"poison":1}""",
        """{"type":"order.teleported.v1","poison":1}""",
        """{"type":"order.placed.v1","poison":"no order in it"}""",
        """{"type":"stock.held.v1","poison":{},"id":7}""",
    ];

    public static bool Is(string body) => body.Contains("poison", StringComparison.Ordinal);

    public void Start(Dice dice, TimeSpan until)
    {
        foreach (var source in world.Queues)
        {
            if (world.Plan.Happens(Mishap.Poison, source.Queue))
            {
                var body = dice.Pick(Bodies);
                world.Time.After(dice.Between(TimeSpan.FromSeconds(1), until), () =>
                {
                    world.Coverage.Fault(nameof(Mishap.Poison), source.Queue, "sqs.SendMessage");
                    world.Trace.Line(source.Queue, $"is sent {body} !{Mishap.Poison}");
                    world.SendMessage("nobody", source.Queue, body);
                });
            }
        }
    }
}
