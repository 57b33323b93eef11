using System.Text.Json.Serialization;
using Oms.ServiceDefaults.Http;

namespace Oms.Payments;

/// <summary>GET /v1/payments/{orderId}: where an order's payment stands, and how it came there. Another tenant's payment, or one of a store that the token does not name, is none.</summary>
internal static class GetPayment
{
    public static async Task<ApiResponse> HandleAsync(ApiRequest request, PaymentStore store)
    {
        var orderId = request["orderId"];
        if (!Contracts.OrderId.IsWellFormed(orderId))
        {
            return ApiResponse.Refuse(Problem.Malformed("orderId in the path is not an order id."));
        }

        return await store.FindAsync(orderId, request.Cancellation) is { } payment && payment.Tenant == request.Caller.Tenant && request.Caller.MayUse(payment.Store)
            ? ApiResponse.Json(200, View(payment), PaymentJson.Default.PaymentView).With("etag", $"\"{payment.Version}\"") with { OrderId = orderId }
            : ApiResponse.Refuse(Problem.NotFound("payment of this order")) with { OrderId = orderId };
    }

    public static PaymentView View(Payment payment) => new(
        payment.OrderId,
        payment.Store,
        payment.State,
        payment.Amount.ToWire(),
        payment.Amount.Currency,
        payment.DeclineCode,
        payment.Case?.Code,
        payment.Reference,
        payment.Attempt is { } attempt ? [new AttemptView(attempt.Number, attempt.Key, attempt.StartedAt, attempt.Asks)] : [],
        [.. payment.History.Select(static entry => new HistoryView(entry.Version, entry.At, entry.State, entry.By, entry.Reason))],
        payment.Version);
}

/// <param name="Code">Why the gateway declined.</param>
/// <param name="Case">Why a person has to look.</param>
/// <param name="Reference">The gateway's name for the authorisation.</param>
internal sealed record PaymentView(
    string OrderId,
    string Store,
    PaymentState State,
    string Amount,
    string Currency,
    string? Code,
    string? Case,
    string? Reference,
    IReadOnlyList<AttemptView> Attempts,
    IReadOnlyList<HistoryView> History,
    long Version);

/// <param name="Key">The idempotency key at the gateway.</param>
/// <param name="Asks">How often its outcome was looked for in vain.</param>
internal sealed record AttemptView(int Number, string Key, DateTimeOffset StartedAt, int Asks);

internal sealed record HistoryView(long Version, DateTimeOffset At, PaymentState State, string By, string? Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PaymentView))]
internal sealed partial class PaymentJson : JsonSerializerContext;
