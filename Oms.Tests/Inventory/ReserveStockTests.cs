using Oms.Contracts;
using Oms.Inventory;

namespace Oms.Tests.Inventory;

public sealed class ReserveStockTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(OrderState.Received, StockStatus.Held)]
    [InlineData(OrderState.AwaitingPayment, StockStatus.Held)]
    [InlineData(OrderState.Review, StockStatus.Held)]
    [InlineData(OrderState.Confirmed, StockStatus.Committed)]
    [InlineData(OrderState.Cancelled, StockStatus.Released)]
    [InlineData(OrderState.Rejected, StockStatus.Released)]
    public void An_order_never_seen_before_gets_what_its_state_wants(OrderState state, StockStatus expected)
    {
        var after = Apply(null, Given.Order(1, state), Given.Shelf(("A", 5)));
        Assert.Equal(expected, after!.Status);
        Assert.Equal(expected is StockStatus.Released ? 0 : 1, after.Taken);
        Assert.True(after.Emits);
    }

    [Theory]
    [InlineData(OrderState.Completed)]
    [InlineData(OrderState.Closed)]
    public void An_order_that_is_over_leaves_a_tombstone_that_says_nothing(OrderState state)
    {
        var after = Apply(null, Given.Order(3, state), Given.Shelf(("A", 5)));
        Assert.Equal((null, 0, 3L, false), (after!.Status, after.Taken, after.OrderVersion, after.Emits));
        Assert.Null(ReserveStock.Decide(after, Given.Order(1, OrderState.Received), Now));
    }

    [Fact]
    public void Short_of_one_line_nothing_is_held_and_the_shortage_is_named()
    {
        var after = Apply(null, Given.Order(1, OrderState.Received, ("A", 2), ("B", 3), ("C", 1)), Given.Shelf(("A", 5), ("B", 2.5m)));
        Assert.Equal(StockStatus.Refused, after!.Status);
        Assert.Equal(0, after.Taken);
        Assert.Equal([new Shortage("C", 1, null), new Shortage("B", 3, 2.5m)], after.Shortages);
    }

    [Fact]
    public void Among_more_shortages_than_an_event_names_an_unknown_sku_is_named()
    {
        (string Sku, decimal Quantity)[] known = [.. Enumerable.Range(0, 30).Select(static i => ($"A{i:00}", 2m))];
        var after = Apply(null, Given.Order(1, OrderState.Received, [.. known, ("UNKNOWN", 1m)]), Given.Shelf([.. known.Select(static line => (line.Sku, 1m))]));
        Assert.Equal(new Shortage("UNKNOWN", 1, null), after!.Shortages[0]);
        Assert.Equal(20, after.Shortages.Count);
    }

    [Fact]
    public void Two_rows_of_one_sku_are_one_take()
    {
        var shelf = Given.Shelf(("A", 3));
        Assert.Equal(StockStatus.Refused, Apply(null, Given.Order(1, OrderState.Received, ("A", 2), ("A", 2)), shelf)!.Status);
        Assert.Equal([new StockLine("A", 3)], Apply(null, Given.Order(1, OrderState.Received, ("A", 2), ("A", 1)), shelf)!.Lines);
    }

    [Fact]
    public void An_order_without_lines_is_held_with_nothing()
    {
        var after = Apply(null, Given.Order(1, OrderState.Received, []), Given.Shelf());
        Assert.Equal((StockStatus.Held, 0), (after!.Status, after.Taken));
    }

    [Fact]
    public void A_commit_of_a_held_reservation_touches_no_stock_row()
    {
        var held = Apply(null, Given.Order(1, OrderState.Received), Given.Shelf(("A", 5)));
        var step = ReserveStock.Decide(held, Given.Order(2, OrderState.Confirmed), Now)!.Advance(Given.Shelf(), Now);
        Assert.Empty(step.Units);
        Assert.Equal((StockStatus.Committed, 1), (step.Next.Status, step.Next.Taken));
    }

    [Fact]
    public void A_commit_takes_again_what_was_released_or_says_that_it_is_lost()
    {
        var released = Apply(null, Given.Order(1, OrderState.Received), Given.Shelf(("A", 5)))! with { Status = StockStatus.Released, Taken = 0 };
        Assert.Equal(StockStatus.Committed, Apply(released, Given.Order(2, OrderState.Confirmed), Given.Shelf(("A", 1)))!.Status);
        var lost = Apply(released, Given.Order(2, OrderState.Confirmed), Given.Shelf(("A", 0)))!;
        Assert.Equal((StockStatus.Lost, 0), (lost.Status, lost.Taken));
        Assert.Equal([new Shortage("A", 1, 0)], lost.Shortages);
    }

    [Theory]
    [InlineData(OrderState.Confirmed)]
    [InlineData(OrderState.Cancelled)]
    public void The_same_event_twice_and_an_older_one_after_it_change_nothing(OrderState state)
    {
        var after = Apply(null, Given.Order(4, state), Given.Shelf(("A", 5)));
        Assert.Null(ReserveStock.Decide(after, Given.Order(4, state), Now));
        Assert.Null(ReserveStock.Decide(after, Given.Order(3, OrderState.Received), Now));
    }

    [Fact]
    public void A_refusal_stands_until_the_order_is_confirmed_all_the_same()
    {
        var refused = Apply(null, Given.Order(1, OrderState.Received), Given.Shelf(("A", 0)));
        var review = Apply(refused, Given.Order(2, OrderState.Review), Given.Shelf(("A", 9)))!;
        Assert.Equal((StockStatus.Refused, 2L, false), (review.Status, review.OrderVersion, review.Emits));
        Assert.Equal(StockStatus.Committed, Apply(review, Given.Order(3, OrderState.Confirmed), Given.Shelf(("A", 9)))!.Status);
    }

    [Fact]
    public void The_expiry_follows_the_deadline_by_an_hour_and_the_timer_only_comes_forward()
    {
        var held = Apply(null, Given.Order(1, OrderState.Received), Given.Shelf(("A", 5)))!;
        Assert.Equal(Now + Reservation.DefaultLife, held.DueAt);
        var soon = Apply(held, Given.Order(2, OrderState.AwaitingPayment) is var order ? order with { Order = order.Order with { Deadline = Now.AddMinutes(30) } } : null!, Given.Shelf())!;
        Assert.Equal((Now.AddMinutes(90), Now.AddMinutes(90)), (soon.ExpiresAt, soon.DueAt));
        var later = Apply(soon, Given.Order(3, OrderState.AwaitingPayment) is var next ? next with { Order = next.Order with { Deadline = Now.AddDays(7) } } : null!, Given.Shelf())!;
        Assert.Equal((Now.AddDays(7).AddHours(1), Now.AddMinutes(90)), (later.ExpiresAt, later.DueAt));
    }

    [Fact]
    public void Above_99_skus_each_part_is_a_write_and_only_the_last_says_held()
    {
        var lines = Given.ManyLines(250);
        var shelf = Given.Shelf([.. lines.Select(static line => (line.Sku, line.Quantity))]);
        var first = ReserveStock.Decide(null, Given.Order(1, OrderState.Received, lines), Now)!.Advance(shelf, Now);
        var second = first.Next.Advance(shelf, Now);
        var third = second.Next.Advance(shelf, Now);
        Assert.Equal([99, 99, 52], new[] { first, second, third }.Select(static step => step.Units.Count));
        Assert.Equal([false, false, true], new[] { first, second, third }.Select(static step => step.Next.Emits));
        Assert.Equal([1L, 2, 3], new[] { first, second, third }.Select(static step => step.Next.Version));
        Assert.Equal((StockStatus.Held, 3), (third.Next.Status, third.Next.Taken));
        Assert.Equal(Now + Reservation.Patience, first.Next.DueAt);
    }

    [Fact]
    public void A_part_that_has_become_short_gives_the_earlier_ones_back()
    {
        var lines = Given.ManyLines(250);
        var enough = Given.Shelf([.. lines.Select(static line => (line.Sku, line.Quantity))]);
        var first = ReserveStock.Decide(null, Given.Order(1, OrderState.Received, lines), Now)!.Advance(enough, Now).Next;
        enough.Put(Given.Tenant, lines[120].Sku, 0);
        var turned = first.Advance(enough, Now);
        Assert.Equal((0, false, StockStatus.Refused), (turned.Units.Count, turned.Next.Emits, turned.Next.Standing!.Value));
        var back = turned.Next.Advance(enough, Now);
        Assert.Equal((99, -1, StockStatus.Refused, 0), (back.Units.Count, back.Sign, back.Next.Status!.Value, back.Next.Taken));
        Assert.Equal(lines[120].Sku, Assert.Single(back.Next.Shortages).Sku);
    }

    [Fact]
    public void The_history_keeps_twenty_states_and_the_last_is_the_event()
    {
        Reservation? reservation = null;
        for (var version = 1; version <= 60; version++)
        {
            var state = version % 2 == 1 ? OrderState.Confirmed : OrderState.Cancelled;
            reservation = Apply(reservation, Given.Order(version, state), Given.Shelf(("A", 5)));
        }

        Assert.Equal(20, reservation!.History.Count);
        Assert.Equal((EventTypes.StockReleased, 60L, 60L), (reservation.LastEvent!.Type, reservation.LastEvent.Version, reservation.LastEvent.Stock.OrderVersion));
    }

    private static Reservation? Apply(Reservation? current, OrderEvent order, Shelf shelf) => ReserveStock.Decide(current, order, Now)?.Advance(shelf, Now).Next;
}
