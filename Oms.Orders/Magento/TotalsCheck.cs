namespace Oms.Orders.Magento;

/// <summary>
/// Whether the grand total is explained by its parts, and how much of it is still to be collected after gift cards, store credit and rewards.
/// Shops differ in what they put where, so a total is doubted only if no known way of adding up arrives at it.
/// </summary>
internal static class TotalsCheck
{
    internal sealed record Result(decimal AmountToCollect, bool AddsUp);

    public static Result Of(MagentoOrder order)
    {
        var totals = order.Totals;
        var gross = totals.GrandTotal;

        // Without a subtotal there is nothing to add up; rows alone prove nothing (a bundle and its parts may both carry the price).
        if (totals.Subtotal is null)
        {
            return new Result(Floor(gross), AddsUp: gross >= 0);
        }

        var slack = Slack(order);
        var sums = Sums(totals).ToList();

        // Magento takes tenders off the grand total; a shop whose total fits only without them still has them to take off.
        if (sums.Any(sum => Near(sum - totals.Tenders, gross, slack)))
        {
            return new Result(Floor(gross), AddsUp: gross >= 0);
        }

        if (totals.Tenders != 0 && sums.Any(sum => Near(sum, gross, slack)))
        {
            return new Result(Floor(gross - totals.Tenders), AddsUp: true);
        }

        var missing = gross - (sums[0] - totals.Tenders);
        return new Result(Floor(gross), InVendorFields(totals, Math.Abs(missing), slack) || IsFee(order, missing, slack) || IsRounding(order, missing));
    }

    /// <summary>What is missing is what one of another module's fields says, or two of them: a surcharge and its tax.</summary>
    private static bool InVendorFields(MagentoTotals totals, decimal missing, decimal slack)
    {
        var amounts = totals.VendorAmounts.Select(Math.Abs).Distinct().Take(30).Append(0).ToList();
        return missing > slack && amounts.Any(one => amounts.Any(other => one != other && (Near(one + other, missing, slack) || Near(Math.Abs(one - other), missing, slack))));
    }

    /// <summary>Some countries' shops round the grand total to a whole unit (Czech koruna, Hungarian forint, rupee).</summary>
    private static bool IsRounding(MagentoOrder order, decimal missing) =>
        decimal.Truncate(order.Totals.GrandTotal) == order.Totals.GrandTotal && Math.Abs(missing) < 1 && order.Totals.AmountOrdered == order.Totals.GrandTotal;

    /// <summary>
    /// A fee that stands in no field (recorded: cash on delivery). Taken as one where Magento's payment was made out over the same total
    /// and it is an addition of at most half. The rows have no say: in some shops they are without the tax that is in the subtotal, and a bundle may carry none.
    /// </summary>
    private static bool IsFee(MagentoOrder order, decimal missing, decimal slack) =>
        missing > 0
        && missing <= order.Totals.GrandTotal / 2
        && order.Totals.AmountOrdered is { } ordered && Near(ordered, order.Totals.GrandTotal, slack);

    /// <summary>Every way to add up: some parts are inside other parts in some shops. The plainest way comes first.</summary>
    private static IEnumerable<decimal> Sums(MagentoTotals totals)
    {
        var usual = totals.Subtotal!.Value + totals.Discount + totals.Shipping + totals.Tax
            + totals.DiscountTaxCompensation + totals.ShippingDiscountTaxCompensation + totals.GiftWrapping + totals.CustomFees;
        decimal[] elsewhere =
        [
            totals.Weee, totals.GiftWrappingTax, -totals.DiscountTaxCompensation, -totals.ShippingDiscountTaxCompensation,
            -totals.GiftWrapping, -totals.CustomFees,
        ];
        for (var chosen = 0; chosen < 1 << elsewhere.Length; chosen++)
        {
            yield return usual + elsewhere.Where((_, i) => (chosen & (1 << i)) != 0).Sum();
        }
    }

    /// <summary>Each part is rounded by itself: a cent per row and five for the order; a whole unit where the currency has no cents.</summary>
    private static decimal Slack(MagentoOrder order) =>
        (0.05m + (0.01m * Math.Min(order.Rows.Count, 50))) * (Contracts.Money.Exponent(order.Currency) == 0 ? 20 : 1);

    private static bool Near(decimal left, decimal right, decimal slack) => Math.Abs(left - right) <= slack;

    private static decimal Floor(decimal amount) => Math.Max(0, amount);
}
