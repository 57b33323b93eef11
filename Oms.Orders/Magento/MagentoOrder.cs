namespace Oms.Orders.Magento;

/// <summary>The facts of an order as Magento states them, amounts in the order's currency unless the name says base.</summary>
internal sealed record MagentoOrder
{
    public required string Number { get; init; }

    public required string Currency { get; init; }

    public required MagentoTotals Totals { get; init; }

    public required IReadOnlyList<MagentoRow> Rows { get; init; }

    public MagentoMoney Money { get; init; } = new();

    /// <summary>Magento's state, which decides; its status is only a label that merchants extend, and is not read.</summary>
    public string? State { get; init; }

    public string? HoldBeforeState { get; init; }

    public string? Method { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public string? Email { get; init; }

    public MagentoAddress? Billing { get; init; }

    public MagentoAddress? Shipping { get; init; }

    public string? QuoteId { get; init; }

    /// <summary>An edit of another order, or edited into another: Magento links them by relation_*.</summary>
    public bool IsRelated { get; init; }
}

internal sealed record MagentoRow
{
    public required string Sku { get; init; }

    public required decimal Ordered { get; init; }

    public string? ItemId { get; init; }

    public string? ParentItemId { get; init; }

    public string? ProductType { get; init; }

    public string? Name { get; init; }

    public bool IsVirtual { get; init; }

    public decimal Canceled { get; init; }

    public decimal Shipped { get; init; }

    public decimal Refunded { get; init; }

    public decimal? Price { get; init; }

    public decimal? RowTotal { get; init; }

    public decimal? Discount { get; init; }

    public decimal? Weee { get; init; }
}

internal sealed record MagentoAddress
{
    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Company { get; init; }

    public IReadOnlyList<string> Street { get; init; } = [];

    public string? City { get; init; }

    public string? Region { get; init; }

    public string? Postcode { get; init; }

    public string? Country { get; init; }

    public string? Telephone { get; init; }
}

/// <summary>What the grand total is made of. Null: Magento did not say.</summary>
internal sealed record MagentoTotals
{
    public required decimal GrandTotal { get; init; }

    public decimal? Subtotal { get; init; }

    /// <summary>Negative on an order (on its rows it is positive).</summary>
    public decimal Discount { get; init; }

    public decimal Shipping { get; init; }

    public decimal Tax { get; init; }

    public decimal DiscountTaxCompensation { get; init; }

    public decimal ShippingDiscountTaxCompensation { get; init; }

    public decimal Weee { get; init; }

    public decimal GiftWrapping { get; init; }

    public decimal GiftWrappingTax { get; init; }

    public decimal CustomFees { get; init; }

    /// <summary>Gift cards, store credit and rewards: each is a tender, money that the customer has given already.</summary>
    public decimal Tenders { get; init; }

    /// <summary>Amounts in fields of other modules that may be a fee, a discount or a tender.</summary>
    public IReadOnlyList<decimal> VendorAmounts { get; init; } = [];

    /// <summary>payment.amount_ordered: Magento's second word on what is to be paid.</summary>
    public decimal? AmountOrdered { get; init; }
}

/// <summary>What Magento says about money that was authorised or paid.</summary>
internal sealed record MagentoMoney
{
    public decimal Authorised { get; init; }

    public decimal Paid { get; init; }

    public decimal BaseAuthorised { get; init; }

    public decimal BasePaid { get; init; }

    public decimal? BaseGrandTotal { get; init; }
}
