using Oms.Contracts;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Http;
using Oms.ServiceDefaults.Messaging;

namespace Oms.Inventory;

/// <summary>The table of contents of Inventory, what is on hand and what is reserved for which order: one binary, three functions.</summary>
internal static class Program
{
    public static async Task<int> Main()
    {
        await using var services = FunctionServices.FromEnvironment();
        return await new Function(services, RoleOf(services)).RunAsync();
    }

    public static IFunctionRole RoleOf(FunctionServices services)
    {
        var store = new InventoryStore(services.Table, services.Random);
        return services.Settings.Role switch
        {
            "api" => new ApiRole(
                new RouteTable()
                    .Get("/v1/stock/{sku}", nameof(GetStock), request => GetStock.HandleAsync(request, store))
                    .Put("/v1/stock/{sku}/{source}", nameof(SetStock), request => SetStock.HandleAsync(request, store)),
                services),
            "relay" => new RelayRole(static (head, _) => Task.FromResult<OmsEvent?>(InventoryStore.EventOf(head)), services),
            "inbox" => new InboxRole(Inbox(services, store), services),
            var other => throw new InvalidOperationException($"OMS_ROLE is {other}; Inventory has the roles api, relay and inbox"),
        };
    }

    internal static InboxTable Inbox(FunctionServices services, InventoryStore store)
    {
        var log = services.Logs.CreateLogger("Oms.Inventory");
        var ledger = new StockLedger(store, services.Clock, log);
        return new InboxTable()
            .OnBatch(
                [EventTypes.OrderPlaced, EventTypes.OrderInReview, EventTypes.OrderAwaitingPayment, EventTypes.OrderPaymentDue, EventTypes.OrderConfirmed, EventTypes.OrderCancelled, EventTypes.OrderRejected],
                nameof(ReserveStock),
                (batch, stop) => ReserveStock.HandleAsync(batch, ledger, services.Publisher, services.Clock, log, stop))
            .On(EventTypes.ClockTick, nameof(ListDueReservations), (DueMessage _, CancellationToken stop) => ListDueReservations.HandleAsync(store, services.OwnInbox, stop))
            .On(EventTypes.StockDue, nameof(ReservationDue), (DueMessage due, CancellationToken stop) => ReservationDue.HandleAsync(due, ledger, services.Publisher, services.Clock, stop));
    }
}
