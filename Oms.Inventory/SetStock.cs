using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Oms.ServiceDefaults.Http;

namespace Oms.Inventory;

/// <summary>
/// PUT /v1/stock/{sku}/{source}: so much is on hand. A count below what is reserved is refused and changes nothing; reservations win over counting.
/// With an Idempotency-Key a late repetition does not undo a later count; without one, the body is what identifies a repetition.
/// </summary>
internal static class SetStock
{
    private const int MaxBody = 4096;
    private const int MaxSource = 64;

    /// <summary>Sets that meet each other on one row, before the client is told to come back.</summary>
    private const int Rounds = 5;

    public abstract record Outcome
    {
        private Outcome()
        {
        }

        public sealed record Set : Outcome;

        /// <summary>This very operation has been here before.</summary>
        public sealed record AlreadySet(StockRow Row) : Outcome;

        public sealed record BelowReserved(StockRow Row) : Outcome;
    }

    /// <param name="row">As it is; null: there is none.</param>
    /// <param name="onHand">As it shall be.</param>
    /// <param name="operation">The id of this operation.</param>
    /// <param name="named">True where the client named the operation; else the same body twice may be meant twice, unless nothing came between.</param>
    public static Outcome Decide(StockRow? row, decimal onHand, string operation, bool named) => row switch
    {
        null => new Outcome.Set(),
        _ when (named ? row.Operations.Contains(operation, StringComparer.Ordinal) : row.Operations is [.., var last] && last == operation && row.OnHand == onHand) => new Outcome.AlreadySet(row),
        _ when row.Reserved > onHand => new Outcome.BelowReserved(row),
        _ => new Outcome.Set(),
    };

    public static async Task<ApiResponse> HandleAsync(ApiRequest request, InventoryStore store)
    {
        var (sku, source, key) = (request["sku"], request["source"], request.Header("idempotency-key"));
        if ((JsonBody.Check(request, MaxBody) ?? CheckPath(sku, source, key)) is { } refusal)
        {
            return ApiResponse.Refuse(refusal);
        }

        var (body, unreadable) = JsonBody.Read(request.Body, InventoryJson.Default.SetStockRequest);
        if (unreadable is not null)
        {
            return ApiResponse.Refuse(unreadable);
        }

        if (!Quantity.TryRead(body!.OnHand, out var onHand))
        {
            return ApiResponse.Refuse(Problem.Invalid(new FieldError("/onHand", "must be a number from 0 to 99999999.9999 with at most 4 decimals, written without an exponent")));
        }

        var tenant = request.Caller.Tenant;
        var operation = OperationId(key, sku, source, onHand);
        var row = await store.GetRowAsync(tenant, sku, source, request.Cancellation);
        for (var round = 0; round < Rounds; round++)
        {
            switch (Decide(row, onHand, operation, key is not null))
            {
                case Outcome.AlreadySet already:
                    return Answer(already.Row).With("idempotency-replayed", "true");
                case Outcome.BelowReserved below:
                    return ApiResponse.Refuse(Problem.Conflict("stock-below-reserved", "More is reserved than would be on hand", $"{Quantity.Text(below.Row.Reserved)} are reserved for orders; onHand must be at least that."));
                case Outcome.Set:
                    (var set, row) = await store.SetOnHandAsync(tenant, sku, source, onHand, operation, row, request.Cancellation);
                    if (set)
                    {
                        return Answer(row!);
                    }

                    break;
                default:
                    throw new UnreachableException();
            }
        }

        return ApiResponse.Refuse(Problem.Unavailable("Others are setting the same stock row; send the same request again after the given time."));
    }

    private static ApiResponse Answer(StockRow row) => ApiResponse.Json(200, SourceAnswer.Of(row), InventoryJson.Default.SourceAnswer);

    private static Problem? CheckPath(string sku, string source, string? key)
    {
        if (!Sku.IsWellFormed(sku))
        {
            return Sku.Malformed;
        }

        if (source.Length is 0 or > MaxSource || !source.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'))
        {
            return Problem.Malformed("The source in the path must have 1 to 64 letters, digits, '_', '-' or '.'.");
        }

        return key is null || (key.Length is > 0 and <= 255 && key.All(static letter => letter is > ' ' and <= '~'))
            ? null
            : Problem.Malformed("The header Idempotency-Key must have 1 to 255 visible ASCII characters.");
    }

    private static string OperationId(string? key, string sku, string source, decimal onHand) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key?.Length ?? -1}:{key}{sku.Length}:{sku}{source}/{Quantity.Text(onHand)}")).AsSpan(0, 8));
}
