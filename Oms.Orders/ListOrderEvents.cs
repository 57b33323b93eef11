using Oms.Contracts;
using Oms.ServiceDefaults.Http;

namespace Oms.Orders;

/// <summary>GET /v1/orders/{orderId}/events: who did what, when and why, and what the customer was told.</summary>
internal static class ListOrderEvents
{
    public static async Task<ApiResponse> HandleAsync(ApiRequest request, OrderStore orders)
    {
        if (!OrderId.IsWellFormed(request["orderId"]))
        {
            return ApiResponse.Refuse(Problem.Malformed("The order id has the form ord_ and 26 letters and digits."));
        }

        if (await orders.FindVisibleAsync(request["orderId"], request) is not { } order)
        {
            return ApiResponse.Refuse(Problem.NotFound("such order"));
        }

        var history = await orders.ListHistoryAsync(order, request.Cancellation);
        var notices = await orders.ListNoticesAsync(order.Id, request.Cancellation);
        return ApiResponse.Json(200, Timeline(order.Id, history, notices), OrdersJson.Default.TimelineView) with { OrderId = order.Id };
    }

    internal static TimelineView Timeline(string orderId, IEnumerable<HistoryEntry> history, IEnumerable<Notice> notices) => new(
        orderId,
        [.. history.Select(step => new TimelineEntry(step.At, "state", step.Version, step.State, step.Actor, step.Reason, null))
            .Concat(notices.Select(notice => new TimelineEntry(notice.At, "notice", notice.Version, null, "notifications", notice.Outcome, notice.EventType)))
            .OrderBy(entry => entry.At).ThenBy(entry => entry.Version)]);
}

internal sealed record TimelineView(string OrderId, IReadOnlyList<TimelineEntry> Events);

/// <param name="Kind">state: the order changed; notice: the customer was told of <paramref name="Event"/>, or why not.</param>
internal sealed record TimelineEntry(DateTimeOffset At, string Kind, long Version, OrderState? State, string Actor, string? Reason, string? Event);
