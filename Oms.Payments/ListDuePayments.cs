namespace Oms.Payments;

/// <summary>The clock ticks: payments that are due are sent, by id, to the service's own inbox, where <see cref="ResolvePayment"/> acts on them.</summary>
internal static class ListDuePayments
{
    public static Task HandleAsync(PaymentStore store, InboxQueue inbox, CancellationToken cancellation) => store.EnqueueDueAsync(inbox, cancellation);
}
