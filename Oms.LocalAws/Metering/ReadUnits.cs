using System.Text.Json;

namespace Oms.LocalAws.Metering;

/// <summary>
/// Read units of a call whose answer shows all that was read: 4 KB a unit, half of it without consistency, twice in a
/// transaction. A filter, a projection or a count hides bytes; there the backend's own figure stands.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
/// </summary>
internal static class ReadUnits
{
    public static decimal? Of(string operation, JsonElement request, JsonElement answer)
    {
        switch (operation)
        {
            case "GetItem" when !Hides(request):
                return Blocks(answer.TryGetProperty("Item", out var item) ? ItemSize.Of(item) : 0) * Rate(request);
            case "BatchGetItem":
                decimal units = 0;
                foreach (var table in request.GetProperty("RequestItems").EnumerateObject())
                {
                    if (Hides(table.Value)) return null;
                    var found = answer.GetProperty("Responses").GetProperty(table.Name).EnumerateArray().Select(i => Blocks(ItemSize.Of(i))).ToArray();
                    units += (found.Sum() + (table.Value.GetProperty("Keys").GetArrayLength() - found.Length)) * Rate(table.Value);
                }

                return units;
            case "TransactGetItems" when !request.GetProperty("TransactItems").EnumerateArray().Any(i => Hides(i.GetProperty("Get"))):
                return answer.GetProperty("Responses").EnumerateArray().Sum(r => Blocks(r.TryGetProperty("Item", out var got) ? ItemSize.Of(got) : 0)) * 2m;
            case "Query" or "Scan" when !Hides(request):
                return Blocks(answer.GetProperty("Items").EnumerateArray().Sum(ItemSize.Of)) * Rate(request);
            default:
                return null;
        }
    }

    private static bool Hides(JsonElement request) =>
        request.TryGetProperty("ProjectionExpression", out _) || request.TryGetProperty("FilterExpression", out _)
        || (request.TryGetProperty("Select", out var select) && select.GetString() == "COUNT");

    private static decimal Rate(JsonElement request) =>
        request.TryGetProperty("ConsistentRead", out var consistent) && consistent.ValueKind == JsonValueKind.True ? 1m : 0.5m;

    private static int Blocks(int bytes) => Math.Max(1, (bytes + 4095) / 4096);
}
