using Oms.Contracts;
using Oms.Orders;

namespace Oms.Tests.Orders;

public sealed class OrderDueTests
{
    private static readonly DateTimeOffset Soon = Samples.Now + TimeSpan.FromMinutes(3);

    [Fact]
    public void Before_its_time_nothing_happens() => Assert.IsType<OrderDue.Outcome.NotYet>(OrderDue.Decide(Samples.Placed("magento-order"), null, Samples.Now));

    [Fact]
    public void An_order_that_hears_nothing_from_Inventory_asks_ever_more_seldom_but_for_ever()
    {
        var order = Samples.Placed("magento-order");
        var first = Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(order, null, Soon));
        var nextDay = Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(order, null, Samples.Now + TimeSpan.FromDays(1)));

        Assert.Equal(TimeSpan.FromMinutes(3), first.Next - Soon);
        Assert.Equal(TimeSpan.FromHours(1), nextDay.Next - (Samples.Now + TimeSpan.FromDays(1)));
    }

    [Fact]
    public void A_payment_deadline_is_a_question_to_Payments_and_cancels_nothing()
    {
        var waiting = Samples.PlacedNatively().Held();
        Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(waiting, null, Soon));

        var now = waiting.Deadline!.Value + TimeSpan.FromSeconds(1);
        var asked = Assert.IsType<OrderDue.Outcome.Change>(OrderDue.Decide(waiting, null, now)).Next;

        Assert.Equal((OrderState.AwaitingPayment, EventTypes.OrderPaymentDue, waiting.Version + 1), (asked.State, asked.LastEvent!.Type, asked.Version));
        Assert.True(asked.Emits && asked.DueAt > now);
        Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(asked, null, asked.DueAt!.Value));
    }

    [Fact]
    public void A_transfer_that_the_shop_never_reports_comes_before_a_person_and_goes_on_when_it_arrives()
    {
        var waiting = Samples.Placed("magento/guest").Held();
        Assert.Equal(waiting.Deadline, Assert.IsType<OrderDue.Outcome.Wait>(OrderDue.Decide(waiting, null, Soon)).Until);

        var overdue = Assert.IsType<OrderDue.Outcome.Change>(OrderDue.Decide(waiting, null, waiting.Deadline!.Value)).Next;
        Assert.Equal((OrderState.Review, Reason.PaymentOverdue), (overdue.State, overdue.Reasons[0]));
    }

    [Fact]
    public void A_review_goes_into_another_week_and_tells_Inventory()
    {
        var review = Samples.Placed("magento/payment-review").Held();
        var now = review.Deadline!.Value;
        var renewed = Assert.IsType<OrderDue.Outcome.Change>(OrderDue.Decide(review with { DueAt = now }, null, now)).Next;

        Assert.Equal((OrderState.Review, EventTypes.OrderInReview, true, now + TimeSpan.FromDays(7)), (renewed.State, renewed.LastEvent!.Type, renewed.Emits, renewed.Deadline!.Value));
    }

    [Fact]
    public void A_confirmation_that_was_heard_is_told_once_more_and_a_final_order_leaves_the_clock()
    {
        var confirmed = Samples.Placed("magento-order").Held().WithStock(StockStatus.Committed, 2);
        Assert.Equal(Soon.AddHours(1), Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(confirmed, null, Soon)).Next);
        Assert.Null(Assert.IsType<OrderDue.Outcome.Wait>(OrderDue.Decide(confirmed, null, Soon.AddHours(1))).Until);

        var cancelled = Samples.PlacedNatively().Held().WithPayment(PaymentStatus.Declined).WithStock(StockStatus.Released, 2);
        Assert.Null(Assert.IsType<OrderDue.Outcome.Wait>(OrderDue.Decide(cancelled, null, Soon)).Until);
    }

    [Fact]
    public void A_confirmed_order_is_asked_about_until_its_stock_is_committed_or_lost()
    {
        var confirmed = Samples.Placed("magento-order").Held();
        Assert.Equal(TimeSpan.FromMinutes(3), Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(confirmed, null, Soon)).Next - Soon);
        var week = Samples.Now.AddDays(7);
        Assert.Equal(week.AddHours(1), Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(confirmed, null, week)).Next);
        Assert.IsType<OrderDue.Outcome.Wait>(OrderDue.Decide(confirmed.WithStock(StockStatus.Committed, 2), null, week));
        Assert.Equal(OrderState.Review, confirmed.WithStock(StockStatus.Lost, 2).State);
    }

    [Fact]
    public void A_cancelled_order_is_asked_about_until_its_stock_is_released_and_its_money_is_free()
    {
        var paid = Samples.PlacedNatively().Held().WithPayment(PaymentStatus.Authorised).WithStock(StockStatus.Committed, 2);
        var cancelled = OrderTransition.Next(paid with { Shop = new ShopFact { State = "canceled" }, DueAt = null }, "magento", Samples.Now.AddDays(3), null);
        Assert.Equal((OrderState.Cancelled, Samples.Now.AddDays(3).AddMinutes(2)), (cancelled.State, cancelled.DueAt!.Value));

        var week = Samples.Now.AddDays(7);
        Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(cancelled, null, week));
        var released = cancelled.WithStock(StockStatus.Released, 3);
        Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(released, null, week));
        Assert.Null(Assert.IsType<OrderDue.Outcome.Wait>(OrderDue.Decide(released.WithPayment(PaymentStatus.Expired, 2), null, week)).Until);
    }

    [Fact]
    public void Money_that_comes_after_the_end_has_the_end_told_again()
    {
        var over = Samples.PlacedNatively().Held().WithPayment(PaymentStatus.Expired).WithStock(StockStatus.Released, 2) with { DueAt = null };
        var late = over.WithPayment(PaymentStatus.Authorised, 2);
        Assert.Equal((Samples.Now.AddMinutes(2), EventTypes.OrderCancelled, false), (late.DueAt!.Value, late.LastEvent!.Type, late.Emits));
        Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(late, null, Soon));
    }

    [Fact]
    public void An_order_taken_over_as_cancelled_asks_nobody()
    {
        var recorded = Samples.Placed("magento/cancelled");
        Assert.Null(recorded.DueAt);
        Assert.IsType<OrderDue.Outcome.Wait>(OrderDue.Decide(recorded with { DueAt = Samples.Now }, null, Soon));
    }

    [Fact]
    public void What_changed_days_later_is_looked_at_in_minutes_and_the_quick_path_moves_nothing()
    {
        var waiting = OrderTransition.LookAgain(Samples.Placed("magento/guest").Held(), Samples.Now.AddDays(7), Soon);
        var dayLater = Samples.Now.AddDays(1);
        var paid = OrderTransition.Next(waiting with { Shop = waiting.Shop! with { State = "processing", Paid = waiting.ToCollect.Minor } }, "magento", dayLater, null);
        Assert.Equal((OrderState.Confirmed, dayLater.AddMinutes(2)), (paid.State, paid.DueAt!.Value));

        var placed = Samples.PlacedNatively();
        var quick = placed.Held().WithPayment(PaymentStatus.Authorised).WithStock(StockStatus.Committed, 2);
        Assert.Equal((OrderState.Confirmed, placed.DueAt), (quick.State, quick.DueAt));
    }

    [Theory]
    [InlineData("magento/guest", OrderState.AwaitingPayment)]
    [InlineData("magento/payment-review", OrderState.Review)]
    public void Stock_that_was_given_back_in_silence_is_asked_for_again_and_the_wait_goes_on(string sample, OrderState state)
    {
        var waiting = OrderTransition.LookAgain(Samples.Placed(sample).Held(), Samples.Now.AddDays(7), Samples.Now);
        var without = waiting.WithStock(StockStatus.Released, 2);
        Assert.Equal((state, Samples.Now.AddMinutes(2), false), (without.State, without.DueAt!.Value, without.Emits));
        Assert.Equal(waiting.LastEvent, without.LastEvent);
        Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(without, null, Soon));
        Assert.IsType<OrderDue.Outcome.Wait>(OrderDue.Decide(without.Held(version: 3), null, Soon));
    }

    [Fact]
    public void Stock_that_was_given_back_in_silence_and_is_short_now_comes_before_a_person()
    {
        var shortNow = Samples.PlacedNatively().Held().WithStock(StockStatus.Released, 2).WithStock(StockStatus.Refused, 3, new Shortage("MUG-STONE-350", 2, 1));
        Assert.Equal((OrderState.Review, Reason.StockShort), (shortNow.State, Assert.Single(shortNow.Reasons)));
    }

    [Fact]
    public void Money_that_comes_while_the_stock_is_gone_confirms_and_Inventory_takes_it_again_or_says_that_it_is_lost()
    {
        var paid = Samples.PlacedNatively().Held().WithStock(StockStatus.Released, 2).WithPayment(PaymentStatus.Authorised);
        Assert.Equal((OrderState.Confirmed, EventTypes.OrderConfirmed), (paid.State, paid.LastEvent!.Type));
        Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(paid, null, Soon));
    }

    [Fact]
    public void A_repeated_question_has_the_version_and_id_of_the_event_that_it_repeats()
    {
        var confirmed = Samples.Placed("magento-order").Held();
        var later = OrderTransition.LookAgain(confirmed, Soon, Soon);

        var told = OrderEvents.Of(confirmed, confirmed.Lines!, ask: false);
        var asked = OrderEvents.Of(later, later.Lines!, ask: true);

        Assert.Equal(told with { Ask = true, Order = asked.Order }, asked);
        Assert.False(later.Emits);
    }
}
