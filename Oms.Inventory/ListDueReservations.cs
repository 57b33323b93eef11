using Oms.ServiceDefaults.Messaging;

namespace Oms.Inventory;

/// <summary>The clock ticks: list the reservations that somebody has to look at again, and send their ids to the own inbox. Acting is <see cref="ReservationDue"/>'s.</summary>
internal static class ListDueReservations
{
    public static Task HandleAsync(InventoryStore store, InboxQueue inbox, CancellationToken cancellation) => store.EnqueueDueAsync(inbox, cancellation);
}
