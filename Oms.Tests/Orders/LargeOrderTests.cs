using System.Text;
using System.Text.Json.Nodes;
using Oms.Contracts;
using Oms.Orders;
using Oms.Orders.Magento;
using Oms.ServiceDefaults.Messaging;

namespace Oms.Tests.Orders;

/// <summary>What a request may hold and an event may not: the order is taken, and a person looks at it.</summary>
public sealed class LargeOrderTests
{
    private const int MaxEventBytes = 262_144;

    [Fact]
    public void A_SKU_that_no_Magento_can_store_comes_before_a_person_and_into_no_event()
    {
        var longest = new string('+', 255);
        var order = Place(longest, new string('+', 180_000), "MUG-1");

        Assert.Equal((OrderState.Review, Reason.RowUnclear), (order.State, Assert.Single(order.Reasons)));
        Assert.Equal([longest, "MUG-1"], order.Lines!.Select(static line => line.Sku));
        Assert.Equal([], Place(longest, string.Concat(Enumerable.Repeat("\U0001F600", 255))).Reasons);
    }

    [Fact]
    public void More_of_one_SKU_than_any_stock_has_comes_before_a_person_and_Inventory_is_not_asked_for_it()
    {
        var magento = Magento(["MUG-1", "MUG-2", "MUG-2"]);
        magento = magento with { Rows = [magento.Rows[0], .. magento.Rows.Skip(1).Select(static row => row with { Ordered = 60_000_000 })] };
        var order = Place(magento);

        Assert.Equal((OrderState.Review, Reason.RowUnclear, "MUG-1"), (order.State, Assert.Single(order.Reasons), Assert.Single(order.Lines!).Sku));
    }

    [Fact]
    public void Five_hundred_of_the_longest_SKUs_fit_into_an_event()
    {
        var order = Place([.. Enumerable.Range(0, MagentoReader.MaximumRows).Select(static row => row.ToString("D255", System.Globalization.CultureInfo.InvariantCulture))]);

        Assert.Equal(([], null), (order.Reasons, order.Lines));
    }

    [Fact]
    public void Lines_that_no_event_can_carry_come_before_a_person_and_the_event_says_so()
    {
        var order = Place([.. Enumerable.Range(0, MagentoReader.MaximumRows).Select(static row => new string('\u65E5', 250) + row.ToString("D5", System.Globalization.CultureInfo.InvariantCulture))]);

        Assert.Equal((OrderState.Review, Reason.LinesTooLarge), (order.State, Assert.Single(order.Reasons)));
        Assert.True(OutgoingEvent.Of(OrderEvents.Of(order, order.Lines!, ask: true)).Bytes < MaxEventBytes);
    }

    [Fact]
    public void The_most_that_goes_through_is_an_event_that_SNS_takes()
    {
        // 1,500 bytes of JSON each.
        for (var rows = MaxEventBytes / 1_500; ; rows--)
        {
            var magento = Magento([.. Enumerable.Range(0, rows).Select(static row => new string('&', 250) + row.ToString("D5", System.Globalization.CultureInfo.InvariantCulture))]);
            if (Place(magento) is { Reasons.Count: 0 } order)
            {
                var bytes = OutgoingEvent.Of(OrderEvents.Of(order, StockRows.ToReserve(magento), ask: true)).Bytes;
                Assert.InRange(bytes, MaxEventBytes * 85 / 100, MaxEventBytes - 2_000);
                return;
            }
        }
    }

    private static Order Place(params IReadOnlyList<string> skus) => Place(Magento(skus));

    private static Order Place(MagentoOrder magento) =>
        OrderTransition.Next(MagentoIntake.ToOrder(magento, "local", "default", new DocumentName("00", 1), cardNumberRemoved: false, Samples.Now), "magento", Samples.Now, null);

    /// <summary>The sample with these rows in the place of its first, which is a plain product.</summary>
    private static MagentoOrder Magento(IReadOnlyList<string> skus)
    {
        var order = JsonNode.Parse(Samples.Read("magento-order"))!.AsObject();
        var row = order["items"]![0]!;
        order["items"] = new JsonArray([.. skus.Select((sku, index) =>
        {
            var copy = row.DeepClone().AsObject();
            copy["item_id"] = 1000 + index;
            copy["sku"] = sku;
            return copy;
        })]);
        return Samples.Magento(Encoding.UTF8.GetBytes(order.ToJsonString()));
    }
}
