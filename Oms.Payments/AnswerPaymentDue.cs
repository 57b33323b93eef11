using Oms.Payments.Gateway;

namespace Oms.Payments;

/// <summary>
/// The order's payment deadline has passed, and it asks: authorised, or never? Only what the gateway surely does not have is answered with "expired";
/// while its outcome is unknown the order waits.
/// </summary>
internal static class AnswerPaymentDue
{
    public static Task HandleAsync(OrderEvent order, PaymentWork work, CancellationToken cancellation) =>
        work.RunAsync(order.OrderId, (payment, now) => Decide(payment, order, work.Traits, now), cancellation);

    public static Step Decide(Payment? payment, OrderEvent order, GatewayTraits gateway, DateTimeOffset now) => payment switch
    {
        _ when order.Order is not { Payer: Payer.Oms, State: OrderState.AwaitingPayment } => Step.Nothing.Instance,
        null => new Step.Write(Payment.Tombstone(order, OrderWish.Close, "deadline", now)),
        { CanBeTold: true } => new Step.Tell(payment),
        { Wish: OrderWish.Collect } => new Step.Write(payment.Same(tell: null, now).Seeing(order, OrderWish.Close).AskedNow(now)),
        _ => NextStep.OnLooking(payment, gateway, now),
    };
}
