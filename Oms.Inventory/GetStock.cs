using Oms.ServiceDefaults.Http;

namespace Oms.Inventory;

/// <summary>GET /v1/stock/{sku}: what each source has of a SKU, as of now.</summary>
internal static class GetStock
{
    public static async Task<ApiResponse> HandleAsync(ApiRequest request, InventoryStore store)
    {
        var sku = request["sku"];
        if (!Sku.IsWellFormed(sku))
        {
            return ApiResponse.Refuse(Sku.Malformed);
        }

        var rows = await store.GetRowsAsync(request.Caller.Tenant, sku, request.Cancellation);
        return rows.Count == 0
            ? ApiResponse.Refuse(Problem.NotFound("stock row of this SKU"))
            : ApiResponse.Json(200, new SkuAnswer(sku, [.. rows.Select(SourceAnswer.Of)]), InventoryJson.Default.SkuAnswer);
    }
}
