using System.Text.Json;

namespace Oms.Orders.Magento;

/// <summary>Finds the parts of the grand total, wherever a Magento edition or another module has put them.</summary>
internal static class TotalsReader
{
    private static readonly string[] TenderFields = ["customer_balance_amount", "gift_cards_amount", "reward_currency_amount"];
    private static readonly string[] WrappingFields = ["gw_price", "gw_items_price", "gw_card_price"];
    private static readonly string[] WrappingTaxFields = ["gw_tax_amount", "gw_items_tax_amount", "gw_card_tax_amount"];
    private static readonly string[] VendorWords =
        ["fee", "charge", "credit", "balance", "reward", "point", "gift", "voucher", "donation", "cod_", "insurance", "deposit", "tip", "rounding", "rebate", "discount"];

    // Magento's own extension attributes that repeat rows, taxes and addresses: their amounts are in the totals already.
    private static readonly string[] OwnLists =
        ["shipping_assignments", "payment_additional_info", "applied_taxes", "item_applied_taxes", "taxes", "additional_itemized_taxes", "custom_fees", "company_order_attributes", "gift_message"];

    public static MagentoTotals Read(JsonElement order, JsonElement? payment, decimal grandTotal, IReadOnlyList<MagentoRow> rows)
    {
        var extension = order.Member("extension_attributes");
        return new MagentoTotals
        {
            GrandTotal = grandTotal,
            Subtotal = order.Number("subtotal"),
            Discount = -Math.Abs(order.Number("discount_amount") ?? 0),
            Shipping = order.Number("shipping_amount") ?? 0,
            Tax = order.Number("tax_amount") ?? 0,
            DiscountTaxCompensation = order.Number("discount_tax_compensation_amount") ?? order.Number("hidden_tax_amount") ?? 0, // Magento 1 called it hidden tax
            ShippingDiscountTaxCompensation = order.Number("shipping_discount_tax_compensation_amount") ?? order.Number("shipping_hidden_tax_amount") ?? 0,
            Weee = rows.Where(row => row.ParentItemId is null).Sum(row => row.Weee ?? 0),
            GiftWrapping = WrappingFields.Sum(Either),
            GiftWrappingTax = WrappingTaxFields.Sum(Either),
            CustomFees = extension.List("custom_fees").Concat(order.List("custom_fees")).Sum(fee => fee.Number("custom_fee_amount") ?? fee.Number("value") ?? fee.Number("amount") ?? 0),
            Tenders = TenderFields.Sum(field => Math.Abs(Either(field))),
            VendorAmounts = [.. VendorAmounts(order, 0), .. extension is { } vendor ? VendorAmounts(vendor, 1) : []],
            AmountOrdered = payment.Number("amount_ordered"),
        };

        // REST has these in extension_attributes, events have them beside grand_total.
        decimal Either(string field) => extension.Number(field) ?? order.Number(field) ?? 0;
    }

    public static MagentoMoney ReadMoney(JsonElement order, JsonElement? payment) => new()
    {
        Authorised = Math.Max((payment.Number("amount_authorized") ?? 0) - (payment.Number("amount_canceled") ?? 0), order.Number("payment_authorization_amount") ?? 0),
        Paid = WithCancelled(Math.Max(order.Number("total_paid") ?? 0, payment.Number("amount_paid") ?? 0), order.Number("total_canceled")),
        BaseAuthorised = (payment.Number("base_amount_authorized") ?? 0) - (payment.Number("base_amount_canceled") ?? 0),
        BasePaid = WithCancelled(Math.Max(order.Number("base_total_paid") ?? 0, payment.Number("base_amount_paid") ?? 0), order.Number("base_total_canceled")),
        BaseGrandTotal = order.Number("base_grand_total"),
    };

    /// <summary>The grand total stays what was ordered when a part is cancelled: what was cancelled need not be paid.</summary>
    private static decimal WithCancelled(decimal paid, decimal? cancelled) => paid > 0 ? paid + (cancelled ?? 0) : 0;

    private static IEnumerable<decimal> VendorAmounts(JsonElement element, int depth)
    {
        if (element.ValueKind != JsonValueKind.Object || depth > 3)
        {
            yield break;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                foreach (var amount in IsVendors(member.Name, depth) ? Parts(member.Value).SelectMany(part => VendorAmounts(part, depth + 1)) : [])
                {
                    yield return amount;
                }
            }
            else if ((depth > 1 ? IsOrderAmount(member.Name) : IsVendorAmount(member.Name)) && member.Value.AsNumber() is { } amount && amount != 0)
            {
                yield return amount;
            }
        }
    }

    /// <summary>A vendor's own object, or a list of them: one entry per fee.</summary>
    private static List<JsonElement> Parts(JsonElement value) => value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];

    private static bool IsVendors(string name, int depth) => depth == 0 ? IsVendorAmount(name) : !OwnLists.Contains(name, StringComparer.Ordinal);

    /// <summary>An amount in the order's currency; inside a vendor's own object any name may carry one.</summary>
    private static bool IsOrderAmount(string name) =>
        !name.StartsWith("base_", StringComparison.Ordinal)
        && !name.EndsWith("_invoiced", StringComparison.Ordinal)
        && !name.EndsWith("_refunded", StringComparison.Ordinal)
        && !name.EndsWith("_canceled", StringComparison.Ordinal)
        && !name.EndsWith("_id", StringComparison.Ordinal);

    /// <summary>The same in a field that Magento itself does not have.</summary>
    private static bool IsVendorAmount(string name) =>
        IsOrderAmount(name)
        && name is not ("discount_amount" or "shipping_discount_amount" or "discount_tax_compensation_amount" or "shipping_discount_tax_compensation_amount")
        && VendorWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
