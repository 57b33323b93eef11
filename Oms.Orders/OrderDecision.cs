using Oms.Contracts;

namespace Oms.Orders;

/// <summary>
/// The state of an order, decided anew from all its facts whenever one of them changes; so the order of their arrival does not matter.
/// </summary>
internal static class OrderDecision
{
    internal sealed record Verdict(OrderState State, IReadOnlyList<string> Reasons);

    public static Verdict Of(Order order)
    {
        if (order.IsFinal)
        {
            return new(order.State, order.Reasons);
        }

        if (Ended(order) is { } ending)
        {
            return new(OrderState.Cancelled, [ending]);
        }

        if (order.Stock is { Status: StockStatus.Lost })
        {
            return new(OrderState.Review, [Reason.StockLost]);
        }

        var doubts = Doubts(order);
        if (order.Stock is { Status: StockStatus.Refused } refused)
        {
            return Refused(order, refused, doubts);
        }

        // A confirmed order stays confirmed: what is found out later becomes a flag.
        if (order.State == OrderState.Confirmed)
        {
            return new(OrderState.Confirmed, []);
        }

        if (doubts.Count > 0)
        {
            return new(OrderState.Review, doubts);
        }

        return !HasStock(order) ? new(OrderState.Received, [])
            : IsSecured(order) ? new(OrderState.Confirmed, [])
            : new(OrderState.AwaitingPayment, []);
    }

    /// <summary>Inventory and Payments have done all that the state asks of them, and said so. Until then the order is asked about.</summary>
    public static bool IsSettled(Order order) => order.State switch
    {
        OrderState.Received => false,
        OrderState.AwaitingPayment => order.Payer != Payer.Oms && order.Stock is { Status: StockStatus.Held or StockStatus.Committed },
        OrderState.Review => order.Stock is not (null or { Status: StockStatus.Released }),
        OrderState.Confirmed => order.Stock is { Status: StockStatus.Committed },
        OrderState.Cancelled or OrderState.Rejected when order.LastEvent?.Type != EventTypes.OrderRecorded =>
            order.Stock is { Status: StockStatus.Released } && (order.Payer != Payer.Oms || order.Payment is { Status: PaymentStatus.Declined or PaymentStatus.Expired }),
        _ => true,
    };

    /// <summary>What was given back after a day without an answer is asked for again: the wait for the money goes on meanwhile.</summary>
    private static bool HasStock(Order order) => order.Stock is { Status: StockStatus.Held or StockStatus.Committed }
        || (order.Stock is { Status: StockStatus.Released } && order.State == OrderState.AwaitingPayment);

    /// <summary>The money is there, or will be collected later, or there is none to collect.</summary>
    public static bool IsSecured(Order order) => order.Payer switch
    {
        Payer.None => true,
        Payer.Later => order.Shop?.Effective is not "pending_payment",
        Payer.Oms => order.Payment is { Status: PaymentStatus.Authorised },
        _ => Covers(order) && order.Shop?.Effective is not "pending_payment",
    };

    /// <summary>Magento shows an authorisation or payments over all that is to be collected.</summary>
    public static bool Covers(Order order) => order.Shop is { } shop && Math.Max(shop.Authorised, shop.Paid) >= order.ToCollect.Minor;

    private static bool MoneyTaken(Order order) =>
        order.Tendered || order.Shop is { Authorised: > 0 } or { Paid: > 0 } || order.Payment is { Status: PaymentStatus.Authorised };

    private static string? Ended(Order order) => order switch
    {
        { Shop.State: "canceled" } => Reason.CancelledInShop,
        { Shop: { State: "closed", Shipped: false } } => Reason.RefundedInShop,
        { Payment.Status: PaymentStatus.Declined } => Reason.PaymentDeclined,
        { Payment.Status: PaymentStatus.Expired } => Reason.PaymentExpired,
        _ => null,
    };

    private static Verdict Refused(Order order, StockFact stock, IReadOnlyList<string> doubts)
    {
        var reason = stock.Unknown ? Reason.SkuUnknown : Reason.StockShort;

        // Refused while the money is awaited: it was held when the customer was asked to pay.
        var forAPerson = doubts.Count > 0 || MoneyTaken(order) || order.State == OrderState.AwaitingPayment || (stock.Unknown && !order.IsNative);
        return forAPerson ? new(OrderState.Review, [reason, .. doubts]) : new(OrderState.Rejected, [reason]);
    }

    private static IReadOnlyList<string> Doubts(Order order) => ShopDoubt(order) is { } doubt ? [.. order.Doubts, doubt] : order.Doubts;

    private static string? ShopDoubt(Order order) => order.Shop?.Effective switch
    {
        _ when order.IsNative => null,
        "payment_review" => Reason.PaymentReview,
        null when order.Shop!.OnHold => null,
        "new" or "pending_payment" or "complete" or "closed" => null,
        "processing" => order.Payer == Payer.Magento && !Covers(order) && !PaymentMethods.PaysByTransfer(order.Method) ? Reason.PaymentUnproven : null,
        _ => Reason.StateUnknown,
    };
}
