using Oms.Contracts;
using Oms.Inventory;

namespace Oms.Tests.Inventory;

public sealed class ReservationDueTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private static Reservation Held => ReserveStock.Decide(null, Given.Order(1, OrderState.Received), Now)!.Advance(Given.Shelf(("A", 5)), Now).Next;

    [Fact]
    public void Nothing_is_done_before_it_is_due_or_where_nothing_is()
    {
        Assert.IsType<ReservationDue.Outcome.Nothing>(ReservationDue.Decide(null, Now));
        Assert.IsType<ReservationDue.Outcome.Nothing>(ReservationDue.Decide(Held, Now));
    }

    [Fact]
    public void A_timer_that_was_only_a_lower_bound_is_moved()
    {
        var prolonged = Held with { ExpiresAt = Now.AddDays(3) };
        var write = Assert.IsType<ReservationDue.Outcome.Write>(ReservationDue.Decide(prolonged, Now.AddDays(2)));
        Assert.Equal(Now.AddDays(3), write.Next.DueAt);
    }

    [Theory]
    [InlineData(StockStatus.Committed)]
    [InlineData(StockStatus.Released)]
    [InlineData(StockStatus.Refused)]
    public void What_no_longer_expires_loses_its_timer(StockStatus status)
    {
        var write = Assert.IsType<ReservationDue.Outcome.Write>(ReservationDue.Decide(Held with { Status = status }, Now.AddDays(2)));
        Assert.Null(write.Next.DueAt);
    }

    [Fact]
    public void At_its_expiry_orders_is_asked_under_the_version_that_was_said()
    {
        var noted = Held with { Version = 7 };
        var ask = Assert.IsType<ReservationDue.Outcome.Ask>(ReservationDue.Decide(noted, Now.AddHours(24)));
        Assert.Equal(("inventory/ord_1/1", EventTypes.StockHeld, true), (ask.Question.Id, ask.Question.Type, ask.Question.Ask));
        Assert.Equal((StockStatus.Held, 1), (ask.Next.Status!.Value, ask.Next.Taken));
        Assert.True(ask.Next.DueAt > Now.AddHours(24));
    }

    [Fact]
    public void The_answer_that_nothing_has_changed_prolongs_it()
    {
        var answered = ReserveStock.Decide(Held, Given.Order(1, OrderState.Received), Now.AddHours(25))!;
        Assert.Equal(Now.AddHours(26), answered.ExpiresAt);
        Assert.Null(answered.Aim);
    }

    [Fact]
    public void The_answer_that_the_payment_is_overdue_prolongs_it_too()
    {
        var overdue = Given.Order(2, OrderState.AwaitingPayment) with { Type = EventTypes.OrderPaymentDue };
        overdue = overdue with { Order = overdue.Order with { Deadline = Now.AddMinutes(30) } };
        var answered = ReserveStock.Decide(Held, overdue, Now.AddHours(25))!;
        Assert.Equal((Now.AddHours(26), null, 2L), (answered.ExpiresAt, answered.Aim, answered.OrderVersion));
    }

    [Fact]
    public void After_two_days_without_a_clock_orders_is_asked_before_anything_is_given_back() =>
        Assert.IsType<ReservationDue.Outcome.Ask>(ReservationDue.Decide(Held, Now.AddHours(72)));

    [Fact]
    public void After_a_day_of_questions_without_an_answer_the_units_go_back()
    {
        var (reservation, now, questions) = (Held, Now.AddHours(24), 0);
        while (ReservationDue.Decide(reservation, now) is ReservationDue.Outcome.Ask ask)
        {
            reservation = ReservationDue.Counted(ask.Next, ask.Next)!;
            (now, questions) = (reservation.DueAt!.Value, questions + 1);
        }

        Assert.Equal((ReservationDue.MostQuestions, Now.AddHours(48)), (questions, now));
        var step = Assert.IsType<ReservationDue.Outcome.Write>(ReservationDue.Decide(reservation, now)).Next.Advance(Given.Shelf(), now);
        Assert.Equal((StockStatus.Released, -1, "clock"), (step.Next.Status!.Value, step.Sign, step.Next.History[^1].By));
    }

    [Fact]
    public void An_answer_ends_the_count_and_a_question_that_was_answered_meanwhile_is_not_counted()
    {
        var asked = Held with { Asked = 95 };
        var answered = ReserveStock.Decide(asked, Given.Order(1, OrderState.Received), Now.AddHours(25))!;
        Assert.Equal(0, answered.Asked);
        Assert.Null(ReservationDue.Counted(answered, asked));
        Assert.Equal(0, ReserveStock.Decide(asked, Given.Order(2, OrderState.AwaitingPayment), Now.AddHours(25))!.Asked);
    }

    [Theory]
    [InlineData(5, StockStatus.Held)]
    [InlineData(0, StockStatus.Refused)]
    public void An_order_that_was_silent_for_a_day_and_asks_again_under_the_same_version_is_held_or_refused(int available, StockStatus expected)
    {
        var given = (Held with { Aim = new Aim(StockStatus.Released, Reservation.Clock), Asked = 96 }).Advance(Given.Shelf(), Now.AddHours(48)).Next;
        var again = ReserveStock.Decide(given, Given.Order(1, OrderState.Received), Now.AddHours(49))!.Advance(Given.Shelf(("A", available)), Now.AddHours(49)).Next;
        Assert.Equal((expected, true, 0), (again.Status!.Value, again.Emits, again.Asked));
        Assert.Null(ReserveStock.Decide(again, Given.Order(1, OrderState.Received), Now.AddHours(49)));
        var byOrders = ReserveStock.Decide(Held, Given.Order(2, OrderState.Cancelled), Now)!.Advance(Given.Shelf(), Now).Next;
        Assert.Null(ReserveStock.Decide(byOrders, Given.Order(2, OrderState.Cancelled), Now));
    }

    [Fact]
    public void An_unfinished_one_is_taken_up_again()
    {
        var lines = Given.ManyLines(150);
        var shelf = Given.Shelf([.. lines.Select(static line => (line.Sku, line.Quantity))]);
        var half = ReserveStock.Decide(null, Given.Order(1, OrderState.Received, lines), Now)!.Advance(shelf, Now).Next;
        var write = Assert.IsType<ReservationDue.Outcome.Write>(ReservationDue.Decide(half, Now.AddMinutes(3)));
        Assert.Equal(StockStatus.Held, write.Next.Advance(shelf, Now.AddMinutes(3)).Next.Status);
    }
}
