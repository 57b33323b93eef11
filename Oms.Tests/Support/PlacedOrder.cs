using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Oms.Tests.Support;

/// <summary>An order as the shop sent it, with what the shop expects to read back.</summary>
internal sealed record PlacedOrder(int Number, bool IsNative, string Body, string Total, IReadOnlyList<(string Sku, decimal Quantity)> Lines)
{
    private static readonly string[] Mugs = ["MUG-A", "MUG-B", "MUG-C"];

    public string Id { get; init; } = "";

    /// <summary>Every answer that the shop saw, in their order.</summary>
    public ConcurrentQueue<OmsAnswer> Told { get; } = new();

    /// <summary>What does not fit together in what the shop was told; null where all of it does.</summary>
    public string? Contradiction()
    {
        var taken = Told.Where(static answer => answer.Status == HttpStatusCode.Accepted).ToList();
        var first = taken[0];
        var body = first.Json;
        return first.OrderId != Id || body.GetProperty("orderId").GetString() != Id || body.GetProperty("store").GetString() != "default" || (body.TryGetProperty("number", out var number) ? number.GetString() : null) != MagentoNumber
            ? $"order {Number} is {Id}, and was answered with {first.Location} {first.Body}"
            : taken.Find(answer => answer.Location != first.Location || answer.Body != first.Body) is { } other
            ? $"order {Number} was answered with {first.Location} {first.Body} and then with {other.Location} {other.Body}"
            : taken.Skip(1).Any(static answer => answer.Headers.GetValueOrDefault("idempotency-replayed") != "true")
            ? $"order {Number} was taken once more as if it were the first time"
            : null;
    }

    /// <summary>As Magento writes its numbers; null for a native order.</summary>
    public string? MagentoNumber => IsNative ? null : Number.ToString("D9", CultureInfo.InvariantCulture);

    /// <summary>One of three is native and paid with a token, the others come from Magento, authorised there.</summary>
    public static PlacedOrder Of(int number, Random random)
    {
        var mug = Mugs[random.Next(Mugs.Length)];
        var shipping = random.Next(100, 2000) / 100m;
        var quantity = random.Next(1, 4);
        return number % 3 == 0 ? Native(number, mug, quantity) : Magento(number, mug, shipping);
    }

    private static PlacedOrder Native(int number, string mug, int quantity)
    {
        var total = Wire((17m * quantity) + 10m + 4.95m);
        var body = Sample.Native(change: order =>
        {
            order["lines"]![0]!["sku"] = mug;
            order["lines"]![0]!["quantity"] = quantity;
            order["payment"]!["amount"] = total;
        });
        return new PlacedOrder(number, IsNative: true, body, total, [(mug, quantity), Sample.Lines[1]]);
    }

    private static PlacedOrder Magento(int number, string mug, decimal shipping)
    {
        var total = Wire(44m + shipping);
        var body = Sample.Magento(number.ToString("D9", CultureInfo.InvariantCulture))
            .Replace("4.95", Wire(shipping), StringComparison.Ordinal) // before the total, which may end with it: 54.95
            .Replace("48.95", total, StringComparison.Ordinal)
            .Replace(Sample.Lines[0].Sku, mug, StringComparison.Ordinal);
        return new PlacedOrder(number, IsNative: false, body, total, [(mug, Sample.Lines[0].Quantity), Sample.Lines[1]]);
    }

    private static string Wire(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);
}
