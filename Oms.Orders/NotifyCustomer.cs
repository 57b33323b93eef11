using Microsoft.Extensions.Logging;
using Oms.Contracts;
using Oms.Orders.Magento;
using Oms.ServiceDefaults;

namespace Oms.Orders;

/// <summary>
/// Records what the customer is told: once per order and event. Told of a confirmation after the order has ended otherwise, nobody is told.
/// The address is read from the order's document (events carry none) and goes no further.
/// </summary>
internal static class NotifyCustomer
{
    public static async Task HandleAsync(OrderEvent fact, OrderStore orders, TimeProvider clock, ILogger log, CancellationToken cancellation)
    {
        var order = await orders.FindAsync(fact.OrderId, cancellation)
            ?? throw new InvalidOperationException($"Event {fact.Id} speaks of an order that is not in this table");
        var hasAddress = await orders.FindDocumentAsync(order.Id, order.Document, cancellation) is { } raw && AddressIn(order, raw) is not null;
        var notice = Decide(fact, order, hasAddress, clock.Now());
        var isNew = await orders.AddNoticeAsync(order.Id, notice, cancellation);
        Log.Noticed(log, fact.Id, isNew ? notice.Outcome : "told before");
    }

    internal static Notice Decide(OrderEvent fact, Order order, bool hasAddress, DateTimeOffset now)
    {
        var isSuperseded = order.IsFinal && order.LastEvent?.Version > fact.Version;
        return new Notice(fact.Version, fact.Type, isSuperseded ? "superseded" : hasAddress ? "told" : "unreachable", hasAddress ? "email" : "none", now);
    }

    private static string? AddressIn(Order order, ReadOnlyMemory<byte> raw) => order.IsNative ? NativeOrder.ReadStored(raw).Email : MagentoReader.ReadStored(raw).Email;
}
