using Oms.ServiceDefaults.Http;

namespace Oms.Orders;

/// <summary>What a caller may see: another tenant's order, or one of a store that the token does not name, is no order.</summary>
internal static class OrderAccess
{
    public static async Task<Order?> FindVisibleAsync(this OrderStore orders, string orderId, ApiRequest request) =>
        await orders.FindAsync(orderId, request.Cancellation) is { } order && order.Tenant == request.Caller.Tenant && request.Caller.MayUse(order.Store) ? order : null;
}
