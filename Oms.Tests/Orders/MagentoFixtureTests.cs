using System.Globalization;
using Oms.Contracts;
using Oms.Orders.Magento;

namespace Oms.Tests.Orders;

/// <summary>What each fixture must end in, written by hand from the intake rules: state once all its stock is held, what is reserved, what is to be collected.</summary>
public sealed class MagentoFixtureTests
{
    private static readonly Dictionary<string, (OrderState State, string Reserved, string Collect)> Expected = new(StringComparer.Ordinal)
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
        ["totals-in-doubt"] = (OrderState.Review, "NOTEBOOK-A5 2", "26.95 EUR"),
    };

    public static TheoryData<string> Fixtures => [.. Samples.MagentoFixtures];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_fixture_ends_in_the_state_that_the_intake_rules_say(string name)
    {
        var placed = Samples.Placed("magento/" + name);
        var order = placed.IsFinal ? placed : placed.Held();
        var reserved = string.Join(", ", placed.Lines!.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Sku} {line.Quantity:0.####}")));

        Assert.Equal(Expected[name], (order.State, reserved, order.ToCollect.ToString()));
    }

    [Fact]
    public void The_table_speaks_of_every_fixture_and_of_nothing_else() => Assert.Equal(Samples.MagentoFixtures, Expected.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void The_sample_order_is_authorised_in_Magento_and_is_confirmed_once_its_two_lines_are_held()
    {
        var placed = Samples.Placed("magento-order");

        Assert.Equal((OrderState.Received, Payer.Magento, "48.95 EUR"), (placed.State, placed.Payer, placed.ToCollect.ToString()));
        Assert.Equal([new StockLine("MUG-STONE-350", 2), new StockLine("TEA-SENCHA-100", 1)], placed.Lines);
        Assert.Equal(OrderState.Confirmed, placed.Held().State);
    }

    [Fact]
    public void A_hold_is_shown_over_the_state_that_the_order_would_have() => Assert.True(Samples.Placed("magento/held").Shop!.OnHold);

    [Fact]
    public void Orders_taken_over_in_a_final_state_reserve_nothing_and_tell_nobody()
    {
        foreach (var name in (string[])["cancelled", "complete", "closed"])
        {
            var order = Samples.Placed("magento/" + name);
            Assert.Equal((EventTypes.OrderRecorded, null, 0), (order.LastEvent!.Type, order.DueAt, order.Lines!.Count));
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_fixture_posted_again_is_the_same_placement_and_says_nothing_new(string name)
    {
        var placed = Samples.Placed("magento/" + name);

        Assert.Same(placed, MagentoObservation.Merge(placed, Samples.Placed("magento/" + name)));
    }
}
