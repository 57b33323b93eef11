using Oms.Contracts;
using Oms.Orders.Magento;

namespace Oms.Orders;

/// <summary>The event that a head carries: its whole state, under the version that emitted it.</summary>
internal static class OrderEvents
{
    /// <summary>What the relay publishes for a new image of the table; null where the image carries no event.</summary>
    public static async Task<OmsEvent?> OfImageAsync(Order? head, OrderStore orders, CancellationToken cancellation) =>
        head is not null ? await OfAsync(head, orders, ask: false, cancellation) : null;

    public static async Task<OrderEvent> OfAsync(Order head, OrderStore orders, bool ask, CancellationToken cancellation) =>
        Of(head, head.Lines ?? await LinesOfDocumentAsync(head, orders, cancellation), ask);

    public static OrderEvent Of(Order head, IReadOnlyList<StockLine> lines, bool ask)
    {
        var mark = head.LastEvent ?? throw new InvalidOperationException($"Order {head.Id} has emitted nothing yet; every order emits with its first version");
        return new OrderEvent
        {
            Id = OrderEvent.IdOf(head.Id, mark.Version),
            Type = mark.Type,
            Tenant = head.Tenant,
            Store = head.Store,
            OrderId = head.Id,
            Version = mark.Version,
            At = mark.At,
            TraceParent = head.TraceParent,
            Ask = ask,
            Order = new OrderSnapshot
            {
                State = head.State,
                Number = head.Number,
                Payer = head.Payer,
                Method = head.Method,
                Currency = head.Total.Currency,
                Total = head.Total.ToWire(),
                AmountToCollect = head.ToCollect.ToWire(),
                Lines = lines,
                Reasons = head.Reasons.Count == 0 ? null : head.Reasons,
                Deadline = head.Deadline,
            },
        };
    }

    private static async Task<IReadOnlyList<StockLine>> LinesOfDocumentAsync(Order head, OrderStore orders, CancellationToken cancellation)
    {
        var raw = await orders.FindDocumentAsync(head.Id, head.Document, cancellation)
            ?? throw new InvalidOperationException($"The document {head.Document.Hash} of order {head.Id} is missing; its lines cannot be known");
        return head.IsNative ? NativeOrder.ReadStored(raw).StockLines : StockRows.ToReserve(MagentoReader.ReadStored(raw));
    }
}
