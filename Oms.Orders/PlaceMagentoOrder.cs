using Microsoft.Extensions.Logging;
using Oms.Contracts;
using Oms.Orders.Magento;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Http;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.Orders;

/// <summary>
/// POST /v1/magento/{store}/orders: Magento's own order JSON, one order per tenant, store and increment_id.
/// Magento posts it again on every save; then it is an observation, and the answer is the first one again.
/// </summary>
internal static class PlaceMagentoOrder
{
    private const int MaximumBytes = 5 * 1024 * 1024;
    private const int OperationsKept = 8;
    private const string Actor = "magento";

    public static async Task<ApiResponse> HandleAsync(ApiRequest request, OrderStore orders, TimeProvider clock, ILogger log)
    {
        var (post, refusal) = Parse(request);
        if (post is null)
        {
            return ApiResponse.Refuse(refusal!);
        }

        var orderId = OrderId.OfMagento(request.Caller.Tenant, post.Store, post.Magento.Number);
        var existing = await orders.FindAsync(orderId, request.Cancellation);
        if (existing is null)
        {
            var placed = await PlaceAsync(post, orderId, request, orders, clock.Now());
            existing = await orders.AddAsync(placed, request.Cancellation);
            if (existing is null || Acceptance.IsOwn(placed, existing))
            {
                Log.Placed(log, orderId, placed.State, placed.Reasons.Count == 0 ? "-" : string.Join(' ', placed.Reasons));
                return Acceptance.Of(placed, isReplay: false);
            }
        }

        return Acceptance.Of(await ObserveAsync(post, existing, request, orders, clock), isReplay: true);
    }

    private static async Task<Order> PlaceAsync(Post post, string orderId, ApiRequest request, OrderStore orders, DateTimeOffset now)
    {
        var document = await orders.PutDocumentAsync(orderId, post.Body, now, request.Cancellation);
        var order = post.ToOrder(request.Caller.Tenant, document, now) with { Operations = [post.Operation] };
        if (!order.IsFinal && PlacementHash.OfDuplicate(post.Magento) is { } contents && await HasLiveTwinAsync(order, contents, orders, request.Cancellation))
        {
            order = order with { Doubts = [.. order.Doubts, Reason.DuplicateSuspected] };
        }

        return OrderTransition.Next(order, Actor, now, FunctionTelemetry.CurrentTraceParent);
    }

    /// <summary>
    /// Another order of the same quote with the same contents; one that was cancelled is the attempt before, not a twin, and this one takes its place.
    /// One that has claimed the contents and is not to be found yet is being placed at this moment.
    /// </summary>
    private static async Task<bool> HasLiveTwinAsync(Order order, string contents, OrderStore orders, CancellationToken cancellation)
    {
        var first = await orders.FirstOfQuoteAsync(order, contents, ended: null, cancellation);
        while (first.OrderId != order.Id)
        {
            if (await orders.FindAsync(first.OrderId, cancellation) is not { State: OrderState.Cancelled or OrderState.Rejected })
            {
                return true;
            }

            first = await orders.FirstOfQuoteAsync(order, contents, ended: first, cancellation);
        }

        return false;
    }

    private static async Task<Order> ObserveAsync(Post post, Order existing, ApiRequest request, OrderStore orders, TimeProvider clock)
    {
        var seen = post.ToOrder(request.Caller.Tenant, existing.Document, clock.Now());
        DocumentName? changed = existing.Placements.Contains(seen.Placements[0], StringComparer.Ordinal)
            ? null
            : await orders.PutDocumentAsync(existing.Id, post.Body, clock.Now(), request.Cancellation);
        return await orders.ChangeAsync(existing, order => Decide(order, seen, changed, post.Operation, FunctionTelemetry.CurrentTraceParent, clock.Now()), request.Cancellation);
    }

    /// <summary>The next version after an observation; the very same order where Magento says nothing new.</summary>
    internal static Order Decide(Order order, Order seen, DocumentName? changed, string operation, string? traceParent, DateTimeOffset now)
    {
        var merged = MagentoObservation.Merge(order, seen);
        if (ReferenceEquals(merged, order))
        {
            return order;
        }

        var isChanged = merged.Placements.Count != order.Placements.Count || merged.Placements[^1] != order.Placements[^1];
        merged = merged with
        {
            ChangedDocument = isChanged ? changed ?? order.ChangedDocument : order.ChangedDocument,
            Operations = [.. order.Operations.TakeLast(OperationsKept - 1), operation],
        };
        var isPaidAfterEnd = merged.Flags.Contains(Reason.PaidAfterEnd, StringComparer.Ordinal) && !order.Flags.Contains(Reason.PaidAfterEnd, StringComparer.Ordinal);
        return OrderTransition.Next(merged, Actor, now, traceParent, isPaidAfterEnd ? Reason.PaidAfterEnd : isChanged ? Reason.PlacementChanged : null);
    }

    private static (Post? Post, Problem? Refusal) Parse(ApiRequest request)
    {
        var store = request["store"];
        if (!request.Caller.MayUse(store))
        {
            return (null, Problem.NotFound("such store for this token"));
        }

        if (JsonBody.Check(request, MaximumBytes) is { } refusal)
        {
            return (null, refusal);
        }

        return MagentoReader.Read(request.Body) switch
        {
            MagentoReading.NotJson broken => (null, Problem.Malformed(broken.Detail)),
            MagentoReading.Unreadable unreadable => (null, Problem.Invalid(unreadable.Errors)),
            MagentoReading.Order order => (new Post(store, order.Facts, CardNumbers.Redact(request.Body, out var removed), removed, Acceptance.Hash("magento", request.Body)), null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <param name="Body">What is stored: the body without card numbers.</param>
    private sealed record Post(string Store, MagentoOrder Magento, ReadOnlyMemory<byte> Body, bool CardNumberRemoved, string Operation)
    {
        public Order ToOrder(string tenant, DocumentName document, DateTimeOffset now) => MagentoIntake.ToOrder(Magento, tenant, Store, document, CardNumberRemoved, now);
    }
}
