using Oms.LocalAws.Embedded.Messaging;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Cloud;

/// <summary>What SNS and SQS may do with a message, decided by the plan: late, twice, refused for now, out of order.</summary>
internal sealed class QueueChoices(World world) : MessagingChoices
{
    private readonly Dice _dice = new(world.Seed, "messages");

    public override TimeSpan DeliveryDelay(string topic, string queue, string messageId) =>
        world.GoesWrong(Mishap.Delay, queue, "sns.deliver")
            ? _dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20))
            : _dice.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(30));

    public override int Copies(string topic, string queue, string messageId) => world.GoesWrong(Mishap.Duplicate, queue, "deliver") ? 2 + _dice.Next(2) : 1;

    public override int PickNext(string queue, int visible) => visible > 1 && world.GoesWrong(Mishap.Reorder, queue, "sqs.ReceiveMessage") ? _dice.Next(visible) : 0;

    public override bool DeliveryFails(string topic, string queue, string messageId, int attempt) => world.GoesWrong(Mishap.DeliveryFails, queue, "sns.deliver");

    public override bool DeliveryRefused(string topic, string queue, string messageId) => world.GoesWrong(Mishap.DeliveryRefused, queue, "sns.deliver");
}
