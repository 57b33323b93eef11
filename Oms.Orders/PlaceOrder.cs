using Oms.Contracts;
using Oms.Orders.Magento;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Http;
using Oms.ServiceDefaults.Store;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.Orders;

/// <summary>POST /v1/orders: a native order is one per tenant and Idempotency-Key, however often it is sent.</summary>
internal static class PlaceOrder
{
    private const int MaximumBytes = 256 * 1024;
    private const int LongestKey = 255;

    public static async Task<ApiResponse> HandleAsync(ApiRequest request, OrderStore orders, PaymentInstruments instruments, TimeProvider clock)
    {
        var (native, key, refusal) = Parse(request);
        if (refusal is not null)
        {
            return ApiResponse.Refuse(refusal);
        }

        // What is placed must be readable by whoever placed it: a token that names no store places nothing.
        var store = native!.Store ?? (request.Caller.Stores is [var first, ..] ? first : null);
        if (store is null || !request.Caller.MayUse(store))
        {
            return ApiResponse.Refuse(Problem.Invalid(new FieldError("/store", "must be a store that the token names")));
        }

        var requestHash = Acceptance.Hash("request", request.Body);
        var orderId = OrderId.OfNative(request.Caller.Tenant, key!);
        if (await orders.FindAsync(orderId, request.Cancellation) is { } existing)
        {
            return Replay(existing, requestHash);
        }

        if (native.Token is { } token && native.Total.Minor > 0 && !await instruments.PutAsync(orderId, token, request.Cancellation))
        {
            // Never one request's order on another request's token.
            return ApiResponse.Refuse(KeyReused);
        }

        var now = clock.Now();
        var document = await orders.PutDocumentAsync(orderId, NativeOrder.WithoutToken(request.Body), now, request.Cancellation);
        var placed = Decide(native, orderId, request.Caller.Tenant, store, document, requestHash, Acceptance.Hash(key!, request.Body), FunctionTelemetry.CurrentTraceParent, now);
        return await orders.AddAsync(placed, request.Cancellation) switch
        {
            null => Acceptance.Of(placed, isReplay: false),
            { } there when Acceptance.IsOwn(placed, there) => Acceptance.Of(there, isReplay: false),
            { } there => Replay(there, requestHash),
        };
    }

    /// <summary>The first version of the order.</summary>
    internal static Order Decide(NativeOrder native, string orderId, string tenant, string store, DocumentName document, string requestHash, string operation, string? traceParent, DateTimeOffset now)
    {
        var lines = native.StockLines;
        var order = new Order
        {
            Id = orderId,
            Tenant = tenant,
            Store = store,
            Payer = native.Total.Minor == 0 ? Payer.None : native.Token is null ? Payer.Later : Payer.Oms,
            Method = native.Method,
            Total = native.Total,
            ToCollect = native.Total,
            Lines = lines.Count > MagentoIntake.LinesInHead ? null : lines,
            Document = document,
            Placements = [requestHash],
            Operations = [operation],
            PlacedAt = now,
            UpdatedAt = now,
        };
        return OrderTransition.Next(order, "api", now, traceParent);
    }

    private static (NativeOrder? Order, string? Key, Problem? Refusal) Parse(ApiRequest request)
    {
        if (JsonBody.Check(request, MaximumBytes) is { } refusal)
        {
            return (null, null, refusal);
        }

        var key = request.Header("idempotency-key");
        if (key is not { Length: > 0 and <= LongestKey } || !key.All(static letter => letter is > ' ' and <= '~'))
        {
            return (null, null, new Problem(400, "idempotency-key-required", "The request has no usable Idempotency-Key", $"Send the header Idempotency-Key with 1 to {LongestKey} visible ASCII characters; the same key again is the same order."));
        }

        var (native, problem) = NativeOrder.Read(request.Body);
        return (native, key, problem);
    }

    private static Problem KeyReused => new(422, "idempotency-key-reused", "The Idempotency-Key belongs to another request", "Send a new Idempotency-Key for a new order, or the very same body for the same one.");

    private static ApiResponse Replay(Order existing, string requestHash) => existing.Placements.Contains(requestHash, StringComparer.Ordinal)
        ? Acceptance.Of(existing, isReplay: true)
        : ApiResponse.Refuse(KeyReused);
}
