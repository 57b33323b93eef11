using System.Globalization;
using Oms.Contracts;
using Oms.Orders.Magento;

namespace Oms.Orders;

/// <summary>An order as the API shows it.</summary>
internal sealed record OrderView(
    string OrderId,
    string? Number,
    string Store,
    OrderState State,
    long Version,
    string Currency,
    string Total,
    string AmountToCollect,
    Payer Payer,
    string? PaymentMethod,
    string PaymentStatus,
    string StockStatus,
    bool OnHold,
    IReadOnlyList<LineView> Lines,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<string> Flags,
    DateTimeOffset PlacedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? Deadline)
{
    public static OrderView Of(Order order, IReadOnlyList<LineView> lines) => new(
        order.Id,
        order.Number,
        order.Store,
        order.State,
        order.Version,
        order.Total.Currency,
        order.Total.ToWire(),
        order.ToCollect.ToWire(),
        order.Payer,
        order.Method,
        PaymentOf(order),
        StockOf(order),
        order.Shop is { OnHold: true },
        lines,
        order.Reasons,
        order.Flags,
        order.PlacedAt,
        order.UpdatedAt,
        order.Deadline);

    public static IReadOnlyList<LineView> LinesOf(NativeOrder native) =>
        [.. native.Lines.Select(line => new LineView(null, null, line.Sku, line.Name, line.Quantity, line.Quantity, Price(line.UnitPrice)))];

    public static IReadOnlyList<LineView> LinesOf(MagentoOrder magento)
    {
        var leaves = StockRows.Leaves(magento.Rows).ToHashSet();
        return [.. magento.Rows.Select(row => new LineView(
            row.ItemId,
            row.ParentItemId,
            row.Sku,
            row.Name,
            row.Ordered,
            leaves.Contains(row) && StockRows.TakesStock(row) ? StockRows.Open(row, magento.Rows) : 0,
            row.Price is { } price ? Price(price) : null))];
    }

    private static string Price(decimal price) => price.ToString("0.00##", CultureInfo.InvariantCulture);

    private static string PaymentOf(Order order) => order switch
    {
        { Payer: Payer.None } => "none",
        { Payer: Payer.Oms, Payment.Status: Contracts.PaymentStatus.Authorised } => "authorised",
        { Payer: Payer.Oms, Payment.Status: Contracts.PaymentStatus.Declined } => "declined",
        { Payer: Payer.Oms, Payment.Status: Contracts.PaymentStatus.Expired } => "expired",
        { Shop: { } shop } when shop.Paid >= order.ToCollect.Minor => "paid",
        { Shop: { } shop } when shop.Authorised >= order.ToCollect.Minor => "authorised",
        { Shop.Paid: > 0 } => "partially-paid",
        _ => "pending",
    };

    /// <summary>What Inventory said last: a cancelled order's stock is released when Inventory says so, not before.</summary>
    private static string StockOf(Order order) => order switch
    {
        { Stock: { } stock } => stock.Status.ToString().ToLowerInvariant(),
        { IsFinal: true } => "none",
        _ => "requested",
    };
}

/// <param name="ItemId">Magento's own id of the row.</param>
/// <param name="ParentItemId">The configurable or bundle that this row is a part of.</param>
/// <param name="ToReserve">What of it takes stock: 0 for virtual rows, parents, and what is shipped or cancelled already.</param>
internal sealed record LineView(string? ItemId, string? ParentItemId, string Sku, string? Name, decimal Quantity, decimal ToReserve, string? UnitPrice);
