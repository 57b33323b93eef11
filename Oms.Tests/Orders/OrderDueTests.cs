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
    public void A_confirmation_is_repeated_twice_and_a_final_order_leaves_the_clock()
    {
        var confirmed = Samples.Placed("magento-order").Held();
        Assert.NotNull(Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(confirmed, null, Soon)).Next);
        Assert.Null(Assert.IsType<OrderDue.Outcome.Ask>(OrderDue.Decide(confirmed, null, Soon + TimeSpan.FromHours(2))).Next);

        var cancelled = Samples.PlacedNatively().Held().WithPayment(PaymentStatus.Declined);
        Assert.Null(Assert.IsType<OrderDue.Outcome.Wait>(OrderDue.Decide(cancelled, null, Soon)).Until);
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
