using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Oms.Tests.Fuzzing;

/// <summary>What GET must say of an order that was accepted: its total and its lines, wherever the input left both as they were.</summary>
internal static class OrderCheck
{
    /// <summary>Members of an order from which lines and total are read.</summary>
    private static readonly string[] Decisive = ["lines", "shipping", "discount", "tax", "currency", "payment", "items", "grand_total", "order_currency_code"];

    /// <returns>Whether the input tells what GET must say; a repetition does not, for the first placement counts.</returns>
    public static bool IsComparable(HttpInput input, WireAnswer accepted) => accepted.Header("idempotency-replayed") is null && input.Order is { } order && IsSame(order, input.Body);

    /// <returns>What is wrong, in words that are the same for every input with this fault; null where nothing is.</returns>
    public static string? Fault(HttpInput input, WireAnswer accepted, WireAnswer there)
    {
        if (there.Status != 200)
        {
            return $"accepted, and then GET answers {there.Status}";
        }

        using var document = JsonDocument.Parse(there.Body);
        var shown = document.RootElement;
        if (accepted.Header("location") != "/v1/orders/" + shown.GetProperty("orderId").GetString())
        {
            return "accepted, and then GET shows another order";
        }

        if (!IsComparable(input, accepted))
        {
            return null;
        }

        using var sent = JsonDocument.Parse(input.Order);
        var (total, lines) = sent.RootElement.TryGetProperty("increment_id", out _) ? OfMagento(sent.RootElement) : OfNative(sent.RootElement);
        return shown.GetProperty("total").GetString() != total ? "accepted, and then GET shows another total"
            : !shown.GetProperty("lines").EnumerateArray().Select(static line => Line(line, "quantity")).SequenceEqual(lines) ? "accepted, and then GET shows other lines"
            : null;
    }

    private static (string Total, IEnumerable<(string?, decimal)> Lines) OfNative(JsonElement order) =>
        (order.GetProperty("payment").GetProperty("amount").GetString()!, order.GetProperty("lines").EnumerateArray().Select(static line => Line(line, "quantity")));

    private static (string Total, IEnumerable<(string?, decimal)> Lines) OfMagento(JsonElement order) =>
        (order.GetProperty("grand_total").GetDecimal().ToString("0.00", CultureInfo.InvariantCulture), order.GetProperty("items").EnumerateArray().Select(static line => Line(line, "qty_ordered")));

    private static (string? Sku, decimal Quantity) Line(JsonElement line, string quantity) => (line.GetProperty("sku").GetString(), line.GetProperty(quantity).GetDecimal());

    /// <summary>By the text of each member: what stands there may be a value that no reader of .NET gives back.</summary>
    private static bool IsSame(byte[] order, ReadOnlyMemory<byte> sent)
    {
        // As BodyMutation wrote it.
        using var before = JsonDocument.Parse(Encoding.UTF8.GetBytes(JsonNode.Parse(order)!.ToJsonString()));
        using var after = JsonDocument.Parse(sent.Span.StartsWith("\uFEFF"u8) ? sent[3..] : sent);
        var contents = Contents(after.RootElement);
        return Decisive.All(member => Text(before.RootElement, member) == Text(contents, member));
    }

    private static string? Text(JsonElement order, string member) => order.TryGetProperty(member, out var value) ? value.GetRawText() : null;

    /// <summary>The order inside of what Magento's editions wrap around it.</summary>
    private static JsonElement Contents(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Array => Contents(root[0]),
        _ when root.TryGetProperty("increment_id", out _) => root,
        _ when root.EnumerateObject().ToList() is [{ Name: "data" or "entity" or "items" or "event" or "value", Value: var inner }] => Contents(inner),
        _ => root,
    };
}
