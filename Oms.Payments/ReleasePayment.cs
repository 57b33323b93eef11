using Oms.Payments.Gateway;

namespace Oms.Payments;

/// <summary>The order is cancelled or rejected: what was authorised is given up; where nothing was, nothing will be.</summary>
internal static class ReleasePayment
{
    public static Task HandleAsync(OrderEvent order, PaymentWork work, CancellationToken cancellation) =>
        work.RunAsync(order.OrderId, (payment, now) => Decide(payment, order, work.Traits, now), cancellation);

    public static Step Decide(Payment? payment, OrderEvent order, GatewayTraits gateway, DateTimeOffset now)
    {
        if (order.Order is not { Payer: Payer.Oms, State: OrderState.Cancelled or OrderState.Rejected })
        {
            return Step.Nothing.Instance;
        }

        var reason = order.Order.State == OrderState.Cancelled ? "order-cancelled" : "order-rejected";
        return payment switch
        {
            null => new Step.Write(Payment.Tombstone(order, OrderWish.Release, reason, now)),
            { State: PaymentState.Authorised } => NextStep.GiveUp(payment.Seeing(order, OrderWish.Release), "order", reason, now),
            { IsFinal: false, Wish: not OrderWish.Release } => new Step.Write(payment.Same(tell: null, now).Seeing(order, OrderWish.Release).AskedNow(now)),
            { IsFinal: false } => NextStep.OnLooking(payment, gateway, now),
            _ => order.Ask ? new Step.Tell(payment) : Step.Nothing.Instance,
        };
    }
}
