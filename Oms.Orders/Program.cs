using Oms.Contracts;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Http;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Store;

namespace Oms.Orders;

/// <summary>The table of contents of Orders: every route, every event, one line each.</summary>
internal static class Program
{
    public static async Task<int> Main()
    {
        await using var services = FunctionServices.FromEnvironment();
        return await new Function(services, RoleOf(services)).RunAsync();
    }

    public static IFunctionRole RoleOf(FunctionServices services)
    {
        var orders = new OrderStore(services.Table);
        return services.Settings.Role switch
        {
            "api" => new ApiRole(Routes(services, orders), services, Elsewhere),
            "relay" => new RelayRole((image, cancellation) => OrderEvents.OfImageAsync(OrderStore.ReadEmitting(image), orders, cancellation), services),
            "inbox" => new InboxRole(Inbox(services, orders), services),
            "notifications" => new InboxRole(Notifications(services, orders), services),
            var other => throw new InvalidOperationException($"OMS_ROLE is \"{other}\"; Orders knows api, relay, inbox and notifications"),
        };
    }

    public static RouteTable Routes(FunctionServices services, OrderStore orders)
    {
        var log = services.Logs.CreateLogger("Oms.Orders");
        return new RouteTable()
            .Get("/v1/health", nameof(GetHealth), GetHealth.HandleAsync)
            .Get("/v1/openapi.json", nameof(GetOpenApi), GetOpenApi.HandleAsync)
            .Post("/v1/orders", nameof(PlaceOrder), request => PlaceOrder.HandleAsync(request, orders, services.Instruments, services.Clock))
            .Post("/v1/magento/{store}/orders", nameof(PlaceMagentoOrder), request => PlaceMagentoOrder.HandleAsync(request, orders, services.Clock, log))
            .Get("/v1/orders/{orderId}", nameof(GetOrder), request => GetOrder.ByIdAsync(request, orders))
            .Get("/v1/magento/{store}/orders/{incrementId}", nameof(GetOrder), request => GetOrder.ByNumberAsync(request, orders))
            .Get("/v1/orders/{orderId}/events", nameof(ListOrderEvents), request => ListOrderEvents.HandleAsync(request, orders));
    }

    /// <summary>Routes of the other services, so that a wrong method on them is 405 and not 404.</summary>
    public static readonly RouteElsewhere[] Elsewhere =
    [
        new("GET", "/v1/payments/{orderId}"),
        new("GET", "/v1/stock/{sku}"),
        new("PUT", "/v1/stock/{sku}/{source}"),
    ];

    internal static InboxTable Inbox(FunctionServices services, OrderStore orders)
    {
        var log = services.Logs.CreateLogger("Oms.Orders");
        return new InboxTable()
            .On(EventTypes.StockHeld, nameof(RecordStock), Stock)
            .On(EventTypes.StockRefused, nameof(RecordStock), Stock)
            .On(EventTypes.StockCommitted, nameof(RecordStock), Stock)
            .On(EventTypes.StockReleased, nameof(RecordStock), Stock)
            .On(EventTypes.StockLost, nameof(RecordStock), Stock)
            .On(EventTypes.PaymentAuthorised, nameof(RecordPayment), Payment)
            .On(EventTypes.PaymentDeclined, nameof(RecordPayment), Payment)
            .On(EventTypes.PaymentExpired, nameof(RecordPayment), Payment)
            .On(EventTypes.ClockTick, "ListDueOrders", (DueMessage _, CancellationToken cancellation) => DueIndex.EnqueueDueAsync(services.Table, services.OwnInbox, EventTypes.OrderDue, cancellation))
            .On(EventTypes.OrderDue, nameof(OrderDue), (DueMessage due, CancellationToken cancellation) => OrderDue.HandleAsync(due, orders, services.Publisher, services.Clock, log, cancellation));

        Task Stock(StockEvent fact, CancellationToken cancellation) => RecordStock.HandleAsync(fact, orders, services.Publisher, services.Clock, log, cancellation);

        Task Payment(PaymentEvent fact, CancellationToken cancellation) => RecordPayment.HandleAsync(fact, orders, services.Publisher, services.Clock, log, cancellation);
    }

    internal static InboxTable Notifications(FunctionServices services, OrderStore orders)
    {
        var log = services.Logs.CreateLogger("Oms.Orders");
        return new InboxTable()
            .On(EventTypes.OrderConfirmed, nameof(NotifyCustomer), Notify)
            .On(EventTypes.OrderCancelled, nameof(NotifyCustomer), Notify)
            .On(EventTypes.OrderRejected, nameof(NotifyCustomer), Notify);

        Task Notify(OrderEvent fact, CancellationToken cancellation) => NotifyCustomer.HandleAsync(fact, orders, services.Clock, log, cancellation);
    }
}
