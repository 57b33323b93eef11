using System.Globalization;
using Oms.Contracts;
using Oms.Orders.Magento;

namespace Oms.Tests.Orders;

/// <summary>Each fixture, decided in memory: state once all its stock is held, what is reserved, what is to be collected.</summary>
public sealed class MagentoFixtureTests
{
    public static TheoryData<string> Fixtures => [.. Samples.MagentoFixtures];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_fixture_ends_in_the_state_that_the_intake_rules_say(string name)
    {
        var placed = Samples.Placed("magento/" + name);
        var order = placed.IsFinal ? placed : placed.Held();
        var reserved = string.Join(", ", placed.Lines!.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Sku} {line.Quantity:0.####}")));

        Assert.Equal(MagentoFixtures.Expected[name], (order.State, reserved, order.ToCollect.ToString()));
    }

    [Fact]
    public void The_table_speaks_of_every_fixture_and_of_nothing_else() => Assert.Equal(Samples.MagentoFixtures, MagentoFixtures.Expected.Keys.Order(StringComparer.Ordinal));

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
