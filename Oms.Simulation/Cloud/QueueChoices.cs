using Oms.LocalAws.Embedded.Messaging;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Cloud;

/// <summary>What SNS and SQS may do with a message, decided by the plan: late, twice, refused for now, out of order.</summary>
internal sealed class QueueChoices(World world) : MessagingChoices
{
    private readonly Dice _dice = new(world.Seed, "messages");

    public override TimeSpan DeliveryDelay(string topic, string queue, string messageId)
    {
        if (!world.Plan.Happens(Mishap.Delay, queue))
        {
            return _dice.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(30));
        }

        world.Coverage.Fault(nameof(Mishap.Delay), queue, "sns.deliver");
        return _dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20));
    }

    public override int Copies(string topic, string queue, string messageId)
    {
        if (!world.Plan.Happens(Mishap.Duplicate, queue))
        {
            return 1;
        }

        world.Coverage.Fault(nameof(Mishap.Duplicate), queue, "deliver");
        return 2 + _dice.Next(2);
    }

    public override int PickNext(string queue, int visible)
    {
        if (visible < 2 || !world.Plan.Happens(Mishap.Reorder, queue))
        {
            return 0;
        }

        world.Coverage.Fault(nameof(Mishap.Reorder), queue, "sqs.ReceiveMessage");
        return _dice.Next(visible);
    }

    public override bool DeliveryFails(string topic, string queue, string messageId, int attempt)
    {
        if (!world.Plan.Happens(Mishap.DeliveryFails, queue))
        {
            return false;
        }

        world.Coverage.Fault(nameof(Mishap.DeliveryFails), queue, "sns.deliver");
        return true;
    }
}
