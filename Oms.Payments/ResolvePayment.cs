using Oms.Payments.Gateway;

namespace Oms.Payments;

/// <summary>Somebody should look at a payment again: a delayed message, or the clock. It decides by what it finds, so it may come twice or late.</summary>
internal static class ResolvePayment
{
    public static Task HandleAsync(DueMessage due, PaymentWork work, CancellationToken cancellation) =>
        work.RunAsync(due.OrderId ?? throw new FormatException($"{due.Type} names no order"), (payment, now) => Decide(payment, work.Traits, now), cancellation);

    public static Step Decide(Payment? payment, GatewayTraits gateway, DateTimeOffset now) =>
        payment is null ? Step.Nothing.Instance : NextStep.OnLooking(payment, gateway, now);
}
