using Oms.Payments.Gateway;

namespace Oms.Payments;

/// <summary>An order waits for its payment: authorise the amount at the gateway, once.</summary>
internal static class AuthorisePayment
{
    public static Task HandleAsync(OrderEvent order, PaymentWork work, CancellationToken cancellation) =>
        work.RunAsync(order.OrderId, (payment, now) => Decide(payment, order, work.Traits, now), cancellation);

    public static Step Decide(Payment? payment, OrderEvent order, GatewayTraits gateway, DateTimeOffset now) => payment switch
    {
        _ when order.Order is not { Payer: Payer.Oms, State: OrderState.AwaitingPayment } => Step.Nothing.Instance,
        null => new Step.Write(Payment.Begin(order, now), GatewayCall.Authorise),
        { CanBeTold: true } => order.Ask ? new Step.Tell(payment) : Step.Nothing.Instance,

        // Come a second time, the event may stand in for a worker that died in the middle.
        _ => NextStep.OnLooking(payment, gateway, now),
    };
}
