using System.Security.Cryptography;
using System.Text;
using Oms.ServiceDefaults.Http;

namespace Oms.Orders;

/// <summary>The answer to a placement: only what the placement fixed, so that a replay can give the same.</summary>
internal sealed record Acceptance(string OrderId, string Store, string? Number, DateTimeOffset AcceptedAt)
{
    public static ApiResponse Of(Order order, bool isReplay)
    {
        var answer = ApiResponse.Json(202, new Acceptance(order.Id, order.Store, order.Number, order.PlacedAt), OrdersJson.Default.Acceptance) with { OrderId = order.Id };
        answer = answer.With("Location", $"/v1/orders/{order.Id}");
        return isReplay ? answer.With("Idempotency-Replayed", "true") : answer;
    }

    /// <summary>Eight bytes in hex: told apart are only the few operations on one order.</summary>
    public static string Hash(string scope, ReadOnlyMemory<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(scope));
        hash.AppendData([0]);
        hash.AppendData(body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    /// <summary>The clash is with this very request's own write, whose answer was lost on the way and which was then repeated.</summary>
    public static bool IsOwn(Order placed, Order there) =>
        there.Version == placed.Version && there.TraceParent is not null && there.TraceParent == placed.TraceParent && there.Operations.SequenceEqual(placed.Operations, StringComparer.Ordinal);
}
