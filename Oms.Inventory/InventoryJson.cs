using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oms.Inventory;

/// <summary>The wire form of the stock routes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SetStockRequest))]
[JsonSerializable(typeof(SourceAnswer))]
[JsonSerializable(typeof(SkuAnswer))]
internal sealed partial class InventoryJson : JsonSerializerContext;

/// <summary>The body of PUT /v1/stock/{sku}/{source}.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetStockRequest
{
    /// <summary>Kept as it was written: a quantity with too many decimals must be refused, not rounded.</summary>
    public required JsonElement OnHand { get; init; }
}

internal sealed record SourceAnswer(string Source, decimal OnHand, decimal Reserved, decimal Available)
{
    public static SourceAnswer Of(StockRow row) => new(row.Source, row.OnHand, row.Reserved, row.Available);
}

internal sealed record SkuAnswer(string Sku, IReadOnlyList<SourceAnswer> Sources);
