using Oms.Contracts;

namespace Oms.Orders.Magento;

/// <summary>
/// Turns what Magento states into an order of ours. Every doubt is kept and none refuses: the customer's money may be taken already.
/// </summary>
internal static class MagentoIntake
{
    /// <summary>A head holds this many lines; more follow from the document.</summary>
    public const int LinesInHead = 10;

    /// <summary>The order as placed now, before its state is decided.</summary>
    public static Order ToOrder(MagentoOrder magento, string tenant, string store, DocumentName document, bool cardNumberRemoved, DateTimeOffset now)
    {
        var totals = TotalsCheck.Of(magento);
        var readable = Money.TryFromDecimal(magento.Totals.GrandTotal, magento.Currency, out var total);
        Money.TryFromDecimal(totals.AmountToCollect, magento.Currency, out var toCollect);
        var recorded = Recorded(magento.State);
        var lines = recorded is null ? StockRows.ToReserve(magento) : [];
        var fits = StockRows.FitIntoEvent(lines);
        return new Order
        {
            Id = OrderId.OfMagento(tenant, store, magento.Number),
            Tenant = tenant,
            Store = store,
            Number = magento.Number,
            State = recorded ?? OrderState.Received,
            Payer = toCollect.Minor == 0 ? Payer.None : PaymentMethods.PaysLater(magento.Method) ? Payer.Later : Payer.Magento,
            Method = magento.Method is { Length: > 64 } long_ ? long_[..64] : magento.Method,
            Total = total,
            ToCollect = toCollect,
            Tendered = magento.Totals.Tenders != 0,
            Lines = !fits ? [] : lines.Count > LinesInHead ? null : lines,
            Document = document,
            Doubts = recorded is null ? [.. Doubts(magento, totals.AddsUp && readable, fits)] : [],
            Flags = cardNumberRemoved ? [Reason.CardNumberRemoved] : [],
            Shop = Shop(magento, toCollect),
            Placements = [PlacementHash.Of(magento)],
            PlacedAt = now,
            UpdatedAt = now,
        };
    }

    private static OrderState? Recorded(string? state) => state switch
    {
        "canceled" => OrderState.Cancelled,
        "complete" => OrderState.Completed,
        "closed" => OrderState.Closed,
        _ => null,
    };

    private static IEnumerable<string> Doubts(MagentoOrder magento, bool totalsAddUp, bool linesFit)
    {
        if (!totalsAddUp)
        {
            yield return Reason.TotalsDisagree;
        }

        if (magento.Rows.Any(row => row.Ordered is < 0 or > StockRows.LargestQuantity)
            || StockRows.Wanted(magento).Any(line => line.Quantity > StockRows.LargestQuantity)
            || StockRows.Leaves(magento.Rows).Any(row => StockRows.TakesStock(row) && !StockRows.HasSku(row)))
        {
            yield return Reason.RowUnclear;
        }

        if (!linesFit)
        {
            yield return Reason.LinesTooLarge;
        }
    }

    private static ShopFact Shop(MagentoOrder magento, Money toCollect)
    {
        var money = magento.Money;
        return new ShopFact
        {
            State = magento.State is { Length: > 32 } odd ? odd[..32] : magento.State,
            BeforeHold = magento.HoldBeforeState is { Length: > 32 } oddBefore ? oddBefore[..32] : magento.HoldBeforeState,
            UpdatedAt = magento.UpdatedAt,
            Authorised = Minor(money.Authorised, money.BaseAuthorised),
            Paid = Minor(money.Paid, money.BasePaid),
            Shipped = magento.Rows.Any(row => row.Shipped > 0),
        };

        // Some gateways write only the base amount: it covers where it covers the base total. The two currencies are never compared.
        long Minor(decimal amount, decimal baseAmount)
        {
            Money.TryFromDecimal(amount, toCollect.Currency, out var own);
            return baseAmount > 0 && money.BaseGrandTotal is { } baseTotal && baseAmount >= baseTotal ? Math.Max(own.Minor, toCollect.Minor) : own.Minor;
        }
    }
}
