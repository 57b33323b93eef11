namespace Oms.Orders.Magento;

/// <summary>Magento posts an order again on every save: what it says then is merged into the head, in whatever order the posts arrive.</summary>
internal static class MagentoObservation
{
    private const int PlacementsKept = 20;

    private static readonly string[] Ranks = ["new", "pending_payment", "payment_review", "processing", "holded", "complete", "closed", "canceled"];

    /// <param name="head">The order as it stands.</param>
    /// <param name="seen">The order as it would be, had it been placed by this post.</param>
    /// <returns>The head with its newer facts; the very same where nothing is new.</returns>
    public static Order Merge(Order head, Order seen)
    {
        var merged = head with { Shop = MergeShop(head.Shop!, seen.Shop!) };
        if (!head.Placements.Contains(seen.Placements[0], StringComparer.Ordinal))
        {
            // Before it is confirmed a person decides which placement counts; later it is for them to know.
            var late = head.IsFinal || head.State == Contracts.OrderState.Confirmed;
            merged = merged with
            {
                Placements = [.. head.Placements.TakeLast(PlacementsKept - 1), seen.Placements[0]],
                Doubts = late ? head.Doubts : With(head.Doubts, Reason.PlacementChanged),
                Flags = late ? With(head.Flags, Reason.PlacementChanged) : head.Flags,
            };
        }

        if (merged.Shop!.State is "complete" && !head.IsFinal)
        {
            merged = merged with { Flags = With(merged.Flags, Reason.CompletedInShop) };
        }

        if (seen.Flags.Contains(Reason.CardNumberRemoved, StringComparer.Ordinal))
        {
            merged = merged with { Flags = With(merged.Flags, Reason.CardNumberRemoved) };
        }

        if (IsPaidAfterEnd(head, merged))
        {
            merged = merged with { Flags = With(merged.Flags, Reason.PaidAfterEnd) };
        }

        // What the shop reports in time ends the wait that had become overdue.
        if (merged.Doubts.Contains(Reason.PaymentOverdue, StringComparer.Ordinal) && OrderDecision.IsSecured(merged))
        {
            merged = merged with { Doubts = [.. merged.Doubts.Where(doubt => doubt != Reason.PaymentOverdue)] };
        }

        return merged == head ? head : merged;
    }

    /// <summary>The customer has paid in the shop for what was refused or cancelled here; somebody has to give it back there.</summary>
    private static bool IsPaidAfterEnd(Order head, Order merged) =>
        head.State is Contracts.OrderState.Rejected or Contracts.OrderState.Cancelled && Taken(merged.Shop!) > Taken(head.Shop!);

    private static long Taken(ShopFact shop) => Math.Max(shop.Authorised, shop.Paid);

    private static ShopFact MergeShop(ShopFact head, ShopFact seen)
    {
        var isNewer = Nullable.Compare(seen.UpdatedAt, head.UpdatedAt) switch
        {
            > 0 => true,
            0 => Rank(seen.State) > Rank(head.State),
            _ => false,
        };
        return head with
        {
            State = isNewer ? seen.State : head.State,
            BeforeHold = isNewer ? seen.BeforeHold : head.BeforeHold,
            UpdatedAt = isNewer ? seen.UpdatedAt : head.UpdatedAt,
            Authorised = Math.Max(head.Authorised, seen.Authorised),
            Paid = Math.Max(head.Paid, seen.Paid),
            Shipped = head.Shipped || seen.Shipped,
        };
    }

    private static int Rank(string? state) => Array.IndexOf(Ranks, state);

    private static IReadOnlyList<string> With(IReadOnlyList<string> codes, string code) => codes.Contains(code, StringComparer.Ordinal) ? codes : [.. codes, code];
}
