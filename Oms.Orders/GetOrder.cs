using Oms.Contracts;
using Oms.Orders.Magento;
using Oms.ServiceDefaults.Http;

namespace Oms.Orders;

/// <summary>GET /v1/orders/{orderId} and GET /v1/magento/{store}/orders/{incrementId}: where an order stands, with its lines. Addresses stay inside.</summary>
internal static class GetOrder
{
    public static async Task<ApiResponse> ByIdAsync(ApiRequest request, OrderStore orders) =>
        !OrderId.IsWellFormed(request["orderId"])
            ? ApiResponse.Refuse(Problem.Malformed("The order id has the form ord_ and 26 letters and digits."))
            : await AnswerAsync(request["orderId"], request, orders);

    public static Task<ApiResponse> ByNumberAsync(ApiRequest request, OrderStore orders) =>
        AnswerAsync(OrderId.OfMagento(request.Caller.Tenant, request["store"], request["incrementId"]), request, orders);

    private static async Task<ApiResponse> AnswerAsync(string orderId, ApiRequest request, OrderStore orders)
    {
        if (await orders.FindVisibleAsync(orderId, request) is not { } order)
        {
            return ApiResponse.Refuse(Problem.NotFound("such order"));
        }

        var raw = await orders.FindDocumentAsync(order.Id, order.Document, request.Cancellation);
        var view = OrderView.Of(order, raw is null ? [] : LinesOf(order, raw.Value));
        return ApiResponse.Json(200, view, OrdersJson.Default.OrderView).With("ETag", $"\"{order.Version}\"") with { OrderId = order.Id };
    }

    private static IReadOnlyList<LineView> LinesOf(Order order, ReadOnlyMemory<byte> raw) =>
        order.IsNative ? OrderView.LinesOf(NativeOrder.ReadStored(raw)) : OrderView.LinesOf(MagentoReader.ReadStored(raw));
}
