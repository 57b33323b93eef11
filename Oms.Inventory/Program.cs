using Oms.Contracts;
using Oms.Inventory;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Http;
using Oms.ServiceDefaults.Messaging;

// Inventory: what is on hand, what is reserved for which order. One binary, three functions.
await using var services = FunctionServices.FromEnvironment();
var log = services.Logs.CreateLogger("Oms.Inventory");
var store = new InventoryStore(services.Table, services.Random);
var ledger = new StockLedger(store, services.Clock, log);

IFunctionRole role = services.Settings.Role switch
{
    "api" => new ApiRole(
        new RouteTable()
            .Get("/v1/stock/{sku}", nameof(GetStock), request => GetStock.HandleAsync(request, store))
            .Put("/v1/stock/{sku}/{source}", nameof(SetStock), request => SetStock.HandleAsync(request, store)),
        services),
    "relay" => new RelayRole(static (head, _) => Task.FromResult<OmsEvent?>(InventoryStore.EventOf(head)), services),
    "inbox" => new InboxRole(
        new InboxTable()
            .OnBatch(
                [EventTypes.OrderPlaced, EventTypes.OrderInReview, EventTypes.OrderAwaitingPayment, EventTypes.OrderConfirmed, EventTypes.OrderCancelled, EventTypes.OrderRejected],
                nameof(ReserveStock),
                (batch, stop) => ReserveStock.HandleAsync(batch, ledger, services.Publisher, services.Clock, log, stop))
            .On(EventTypes.ClockTick, nameof(ListDueReservations), (DueMessage _, CancellationToken stop) => ListDueReservations.HandleAsync(store, services.OwnInbox, stop))
            .On(EventTypes.StockDue, nameof(ReservationDue), (DueMessage due, CancellationToken stop) => ReservationDue.HandleAsync(due, ledger, services.Publisher, services.Clock, stop)),
        services),
    var other => throw new InvalidOperationException($"OMS_ROLE is {other}; Inventory has the roles api, relay and inbox"),
};
return await new Function(services, role).RunAsync();
