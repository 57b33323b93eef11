namespace Oms.Orders;

/// <summary>Stable codes for why an order is where it is; they stand in events and answers.</summary>
internal static class Reason
{
    public const string StockShort = "stock-short";
    public const string StockLost = "stock-lost";
    public const string SkuUnknown = "sku-unknown";
    public const string PaymentDeclined = "payment-declined";
    public const string PaymentExpired = "payment-expired";

    /// <summary>Magento reviews the payment itself.</summary>
    public const string PaymentReview = "payment-review";

    /// <summary>Magento processes the order, but shows no authorisation and no payment that covers it.</summary>
    public const string PaymentUnproven = "payment-unproven";

    /// <summary>The shop did not report the payment in time.</summary>
    public const string PaymentOverdue = "payment-overdue";
    public const string StateUnknown = "state-unknown";
    public const string TotalsDisagree = "totals-disagree";
    public const string RowUnclear = "row-unclear";

    /// <summary>The SKUs together are longer than an event may be: nothing of the order is reserved.</summary>
    public const string LinesTooLarge = "lines-too-large";
    public const string DuplicateSuspected = "duplicate-suspected";
    public const string PlacementChanged = "placement-changed";
    public const string CancelledInShop = "cancelled-in-shop";
    public const string RefundedInShop = "refunded-in-shop";

    // Flags: for operators, without effect on the state.
    public const string CardNumberRemoved = "card-number-removed";
    public const string CompletedInShop = "completed-in-shop";
    public const string PaidAfterEnd = "paid-after-end";
}
