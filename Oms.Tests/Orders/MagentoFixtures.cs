using Oms.Contracts;

namespace Oms.Tests.Orders;

/// <summary>What each fixture must end in, written by hand from the intake rules: state once all its stock is held, what is reserved, what is to be collected.</summary>
internal static class MagentoFixtures
{
    public static readonly IReadOnlyDictionary<string, (OrderState State, string Reserved, string Collect)> Expected = new Dictionary<string, (OrderState State, string Reserved, string Collect)>(StringComparer.Ordinal)
    {
        ["guest"] = (OrderState.AwaitingPayment, "CANDLE-BEES-L 3, MATCH-LONG 1", "29.70 EUR"),
        ["virtual-only"] = (OrderState.Confirmed, "", "127.00 EUR"),
        ["configurable"] = (OrderState.Confirmed, "SHIRT-LINEN-S-GREY 1", "249.00 EUR"),
        ["bundle-together"] = (OrderState.Confirmed, "BASKET-WICKER 1, PLATE-ENAMEL 4", "126.95 EUR"),
        ["bundle-separately"] = (OrderState.Confirmed, "PEN-BLACK-engraved 3", "72.95 EUR"),
        ["grouped"] = (OrderState.Confirmed, "CHAIR-OAK 5, TABLE-OAK 1", "861.00 EUR"),
        ["discount-with-tax"] = (OrderState.Confirmed, "VACUUM-S2 1, BAGS-S2-10 3", "250.28 EUR"),
        ["order-currency"] = (OrderState.Confirmed, "BAG-LEATHER-01 1", "3001.58 SAR"),
        ["zero-total"] = (OrderState.Confirmed, "SAMPLE-TEA-5 1", "0.00 EUR"),
        ["store-credit"] = (OrderState.Confirmed, "HONEY-500 2, BOX-TASTING 1", "0.00 EUR"),
        ["partly-shipped"] = (OrderState.Confirmed, "PHONE-356938035643809 1, CASE-CLEAR 2, CABLE-1M 2.5", "270.00 EUR"),
        ["cancelled"] = (OrderState.Cancelled, "", "31.95 EUR"),
        ["complete"] = (OrderState.Completed, "", "16.95 EUR"),
        ["closed"] = (OrderState.Closed, "", "16.95 EUR"),
        ["held"] = (OrderState.Confirmed, "NOTEBOOK-A5 2", "16.95 EUR"),
        ["payment-review"] = (OrderState.Review, "NOTEBOOK-A5 2", "16.95 EUR"),
        ["pending-payment"] = (OrderState.AwaitingPayment, "NOTEBOOK-A5 2", "16.95 EUR"),
        ["cash-on-delivery-fee"] = (OrderState.Confirmed, "BOWL-OAK 2, SPOON-OAK 4", "129.45 EUR"),
        ["reward-points"] = (OrderState.Confirmed, "NOTEBOOK-A5 2", "11.95 EUR"),
        ["custom-fees"] = (OrderState.Confirmed, "NOTEBOOK-A5 2", "15.45 EUR"),
        ["second-store"] = (OrderState.Confirmed, "NOTEBOOK-A5 2", "16.95 EUR"),
        ["totals-in-doubt"] = (OrderState.Review, "NOTEBOOK-A5 2", "26.95 EUR"),
    };
}
