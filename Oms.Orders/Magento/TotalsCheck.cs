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
        var inAnotherField = totals.VendorAmounts.Any(amount => Near(Math.Abs(amount), Math.Abs(missing), slack));
        return new Result(Floor(gross), inAnotherField || IsFee(order, missing, slack));
    }

    /// <summary>
    /// A fee that stands in no field (recorded: cash on delivery). Taken as one where Magento's payment was made out over the same total,
    /// the rows are those of the subtotal, and it is an addition of at most half.
    /// </summary>
    private static bool IsFee(MagentoOrder order, decimal missing, decimal slack) =>
        missing > 0
        && missing <= order.Totals.GrandTotal / 2
        && order.Totals.AmountOrdered is { } ordered && Near(ordered, order.Totals.GrandTotal, slack)
        && Near(order.Rows.Where(row => row.ParentItemId is null).Sum(row => row.RowTotal ?? 0), order.Totals.Subtotal ?? 0, slack);

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
