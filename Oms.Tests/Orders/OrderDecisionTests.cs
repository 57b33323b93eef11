using System.Text;
using System.Text.Json.Nodes;
using Oms.Contracts;
using Oms.Orders;
using Oms.Orders.Magento;

namespace Oms.Tests.Orders;

public sealed class OrderDecisionTests
{
    private static readonly Shortage Short = new("MUG-STONE-350", 2, 1);
    private static readonly Shortage Unknown = new("MUG-STONE-350", 2, null);

    [Fact]
    public void A_native_order_waits_for_its_payment_once_its_stock_is_held_and_is_confirmed_with_it()
    {
        var placed = Samples.PlacedNatively();
        var held = placed.Held();
        var paid = held.WithPayment(PaymentStatus.Authorised);

        Assert.Equal([OrderState.Received, OrderState.AwaitingPayment, OrderState.Confirmed], [placed.State, held.State, paid.State]);
        Assert.Equal([EventTypes.OrderPlaced, EventTypes.OrderAwaitingPayment, EventTypes.OrderConfirmed], [placed.LastEvent!.Type, held.LastEvent!.Type, paid.LastEvent!.Type]);
        Assert.Equal([1L, 2L, 3L], [placed.Version, held.Version, paid.Version]);
    }

    [Fact]
    public void Short_and_unpaid_is_rejected_short_and_paid_comes_before_a_person()
    {
        Assert.Equal((OrderState.Rejected, Reason.StockShort), Verdict(Samples.PlacedNatively().WithStock(StockStatus.Refused, 1, Short)));
        Assert.Equal((OrderState.Rejected, Reason.StockShort), Verdict(Samples.Placed("magento/guest").WithStock(StockStatus.Refused, 1, Short)));
        Assert.Equal((OrderState.Rejected, Reason.StockShort), Verdict(Samples.Placed("magento/order-currency").WithStock(StockStatus.Refused, 1, Short)));
        Assert.Equal((OrderState.Review, Reason.StockShort), Verdict(Samples.Placed("magento-order").WithStock(StockStatus.Refused, 1, Short)));
        Assert.Equal((OrderState.Review, Reason.StockShort), Verdict(Samples.Placed("magento/store-credit").WithStock(StockStatus.Refused, 1, Short)));
    }

    [Fact]
    public void A_cancelled_order_shows_its_stock_as_held_until_Inventory_has_released_it()
    {
        var cancelled = Samples.PlacedNatively().Held().WithPayment(PaymentStatus.Declined);
        Assert.Equal((OrderState.Cancelled, "held"), (cancelled.State, OrderView.Of(cancelled, []).StockStatus));
        Assert.Equal("committed", OrderView.Of(cancelled.WithStock(StockStatus.Committed, 2), []).StockStatus);
        Assert.Equal("released", OrderView.Of(cancelled.WithStock(StockStatus.Released, 2), []).StockStatus);
        Assert.Equal("none", OrderView.Of(Samples.Placed("magento/complete"), []).StockStatus);
    }

    [Fact]
    public void An_unknown_SKU_is_a_question_on_the_Magento_route_and_a_refusal_on_the_native_one()
    {
        Assert.Equal((OrderState.Review, Reason.SkuUnknown), Verdict(Samples.Placed("magento/guest").WithStock(StockStatus.Refused, 1, Unknown)));
        Assert.Equal((OrderState.Rejected, Reason.SkuUnknown), Verdict(Samples.PlacedNatively().WithStock(StockStatus.Refused, 1, Unknown)));
    }

    [Theory]
    [InlineData(PaymentStatus.Declined, Reason.PaymentDeclined)]
    [InlineData(PaymentStatus.Expired, Reason.PaymentExpired)]
    public void A_payment_that_will_not_come_cancels(PaymentStatus status, string reason)
    {
        var order = Samples.PlacedNatively().Held().WithPayment(status);

        Assert.Equal((OrderState.Cancelled, reason), Verdict(order));
        Assert.Equal(EventTypes.OrderCancelled, order.LastEvent!.Type);
    }

    [Fact]
    public void Stock_and_payment_lead_to_the_same_state_in_either_order()
    {
        var stockFirst = Samples.PlacedNatively().Held().WithPayment(PaymentStatus.Authorised);
        var paymentFirst = Samples.PlacedNatively().WithPayment(PaymentStatus.Authorised).Held();

        Assert.Equal(stockFirst.State, paymentFirst.State);
    }

    [Fact]
    public void An_older_or_repeated_fact_changes_nothing()
    {
        var order = Samples.PlacedNatively().Held(version: 3);

        Assert.Same(order, order.WithStock(StockStatus.Refused, 2, Short));
        Assert.Same(order, order.Held(version: 3));
    }

    [Fact]
    public void Stock_that_was_lost_after_the_confirmation_comes_before_a_person_and_goes_on_when_it_is_held_again()
    {
        var lost = Samples.Placed("magento-order").Held().WithStock(StockStatus.Lost, 2);

        Assert.Equal((OrderState.Review, Reason.StockLost), Verdict(lost));
        Assert.Equal(OrderState.Confirmed, lost.Held(version: 3).State);
    }

    [Fact]
    public void In_a_final_state_facts_land_and_nothing_moves()
    {
        var cancelled = Samples.PlacedNatively().Held().WithPayment(PaymentStatus.Declined);
        var late = cancelled.WithPayment(PaymentStatus.Authorised, version: 2);

        Assert.Equal((OrderState.Cancelled, cancelled.Version + 1, false), (late.State, late.Version, late.Emits));
        Assert.Contains(Reason.PaidAfterEnd, late.Flags);
    }

    [Fact]
    public void Money_that_the_shop_takes_after_the_end_is_noted_once()
    {
        var rejected = Samples.Placed("magento/guest").WithStock(StockStatus.Refused, 1);
        var paid = Observe(rejected, Pay, "magento/guest");

        Assert.Equal((OrderState.Rejected, OrderState.Rejected, false), (rejected.State, paid.State, paid.Emits));
        Assert.Equal([Reason.PaidAfterEnd], paid.Flags.Except(rejected.Flags));
        Assert.Equal(Reason.PaidAfterEnd, paid.History[^1].Reason);
        Assert.Same(paid, Observe(paid, Pay, "magento/guest"));

        static void Pay(JsonNode json)
        {
            json["state"] = "processing";
            json["total_paid"] = 29.70;
            json["updated_at"] = "2026-03-16 00:00:00";
        }
    }

    [Fact]
    public void A_cancellation_in_the_shop_cancels_whatever_was_reached()
    {
        foreach (var order in (Order[])[Samples.Placed("magento-order"), Samples.Placed("magento-order").Held()])
        {
            var after = Observe(order, json =>
            {
                json["state"] = "canceled";
                json["updated_at"] = "2026-03-15 00:00:00";
            });

            Assert.Equal((OrderState.Cancelled, Reason.CancelledInShop), Verdict(after));
            Assert.Equal((EventTypes.OrderCancelled, order.Version + 1), (after.LastEvent!.Type, after.Version));
        }
    }

    [Fact]
    public void A_payment_that_the_shop_reports_later_confirms()
    {
        var waiting = Samples.Placed("magento/guest").Held();
        var after = Observe(waiting, json =>
        {
            json["state"] = "processing";
            json["total_paid"] = 29.70;
            json["updated_at"] = "2026-03-16 00:00:00";
        }, "magento/guest");

        Assert.Equal([OrderState.AwaitingPayment, OrderState.Confirmed], [waiting.State, after.State]);
    }

    [Fact]
    public void An_older_observation_takes_nothing_back()
    {
        var newer = Observe(Samples.Placed("magento/guest").Held(), json =>
        {
            json["state"] = "processing";
            json["total_paid"] = 29.70;
            json["updated_at"] = "2026-03-16 00:00:00";
        }, "magento/guest");

        Assert.Same(newer, Observe(newer, json => json["updated_at"] = "2026-03-15 00:00:00", "magento/guest"));
    }

    [Fact]
    public void A_changed_placement_comes_before_a_person_before_the_confirmation_and_is_flagged_after_it()
    {
        var before = Observe(Samples.Placed("magento-order"), json => json["items"]![0]!["qty_ordered"] = 3);
        var confirmed = Samples.Placed("magento-order").Held();
        var after = Observe(confirmed, json => json["items"]![0]!["qty_ordered"] = 3);

        Assert.Equal((OrderState.Review, Reason.PlacementChanged), Verdict(before));
        Assert.Equal(OrderState.Confirmed, after.State);
        Assert.Contains(Reason.PlacementChanged, after.Flags);
        Assert.Same(after, Observe(after, json => json["items"]![0]!["qty_ordered"] = 3));
    }

    [Fact]
    public void History_is_a_path_and_every_write_raises_the_version_by_one()
    {
        var order = Samples.PlacedNatively().Held().WithPayment(PaymentStatus.Authorised);

        Assert.Equal([(1L, OrderState.Received, "api"), (2L, OrderState.AwaitingPayment, "inventory"), (3L, OrderState.Confirmed, "payments")], order.History.Select(step => (step.Version, step.State, step.Actor)));
    }

    private static (OrderState, string?) Verdict(Order order) => (order.State, order.Reasons.Count > 0 ? order.Reasons[0] : null);

    private static Order Observe(Order order, Action<JsonNode> change, string sample = "magento-order")
    {
        var json = JsonNode.Parse(Samples.Read(sample))!;
        change(json);
        var seen = MagentoIntake.ToOrder(Samples.Magento(Encoding.UTF8.GetBytes(json.ToJsonString())), "local", "default", order.Document, false, Samples.Now);
        return PlaceMagentoOrder.Decide(order, seen, null, "operation", null, Samples.Now);
    }
}
