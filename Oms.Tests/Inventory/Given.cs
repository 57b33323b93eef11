using System.Globalization;
using Oms.Contracts;
using Oms.Inventory;

namespace Oms.Tests.Inventory;

/// <summary>Starting points.</summary>
internal static class Given
{
    public const string Tenant = "acme";

    public static OrderEvent Order(long version, OrderState state) => Order(version, state, ("A", 1));

    public static OrderEvent Order(long version, OrderState state, params IEnumerable<(string Sku, decimal Quantity)> lines) =>
        Order(version, state, [.. lines.Select(static line => new StockLine(line.Sku, line.Quantity))]);

    public static OrderEvent Order(long version, OrderState state, IReadOnlyList<StockLine> lines, string orderId = "ord_1") => new()
    {
        Id = OrderEvent.IdOf(orderId, version),
        Type = state switch
        {
            OrderState.Received => EventTypes.OrderPlaced,
            OrderState.AwaitingPayment => EventTypes.OrderAwaitingPayment,
            OrderState.Review => EventTypes.OrderInReview,
            OrderState.Confirmed => EventTypes.OrderConfirmed,
            OrderState.Cancelled => EventTypes.OrderCancelled,
            OrderState.Rejected => EventTypes.OrderRejected,
            _ => EventTypes.OrderRecorded,
        },
        Tenant = Tenant,
        Store = "default",
        OrderId = orderId,
        Version = version,
        At = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        Order = new OrderSnapshot { State = state, Payer = Payer.Magento, Currency = "EUR", Total = "10.00", AmountToCollect = "10.00", Lines = lines },
    };

    public static Shelf Shelf(params IEnumerable<(string Sku, decimal Available)> rows)
    {
        var shelf = new Shelf();
        foreach (var (sku, available) in rows)
        {
            shelf.Put(Tenant, sku, available);
        }

        return shelf;
    }

    public static IReadOnlyList<StockLine> ManyLines(int count) =>
        [.. Enumerable.Range(0, count).Select(static number => new StockLine("SKU-" + number.ToString("D4", CultureInfo.InvariantCulture), 1 + (number % 3)))];
}
