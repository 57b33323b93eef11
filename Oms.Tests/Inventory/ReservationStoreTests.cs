using System.Globalization;
using System.Text;
using System.Text.Json;
using Oms.Contracts;
using Oms.Inventory;
using Oms.ServiceDefaults.Messaging;
using Oms.Tests.LocalAws;

namespace Oms.Tests.Inventory;

/// <summary>Reservations by the true handlers against DynamoDB Local, where they crash at every call against the embedded one; after each flow the raw items are added up.</summary>
public sealed class ReservationStoreTests(SharedBackends backends)
{
    [Fact]
    public async Task A_hold_then_a_commit_then_nothing_more()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 5), ("B", 5));
        Assert.Empty(await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 2), ("B", 1.5m))));
        Assert.Equal((5m, 2m, 3m), await warehouse.RowAsync("A"));
        Assert.Equal((5m, 1.5m, 3.5m), await warehouse.RowAsync("B"));
        var held = (await warehouse.EventAsync())!;
        Assert.Equal(("inventory/ord_1/1", EventTypes.StockHeld, 1L), (held.Id, held.Type, held.Stock.OrderVersion));

        Assert.Empty(await warehouse.DeliverAsync(Order(2, OrderState.Confirmed, ("A", 2), ("B", 1.5m))));
        Assert.Equal(EventTypes.StockCommitted, (await warehouse.EventAsync())!.Type);
        Assert.Empty(await warehouse.DeliverAsync(Order(2, OrderState.Confirmed, ("A", 2), ("B", 1.5m)), Order(1, OrderState.Received, ("A", 2), ("B", 1.5m))));
        Assert.Equal(2, (await warehouse.ReservationAsync()).Version);
        Assert.Equal((5m, 2m, 3m), await warehouse.RowAsync("A"));
        Assert.Empty(warehouse.Topic.Messages);
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task The_head_of_two_lines_is_one_write_unit()
    {
        var (first, second) = (new string('x', Sku.MaxLength), new string('y', Sku.MaxLength));
        var warehouse = await Warehouse.OpenAsync(backends, (first, 5), (second, 5));
        var orderId = OrderId.OfNative(Given.Tenant, "1");
        await warehouse.DeliverAsync(Given.Order(1, OrderState.Received, [new(first, 2), new(second, 2)], orderId));
        await warehouse.DeliverAsync(Given.Order(2, OrderState.AwaitingPayment, [new(first, 2), new(second, 2)], orderId), Given.Order(3, OrderState.Confirmed, [new(first, 2), new(second, 2)], orderId));
        var head = await warehouse.RawHeadAsync(orderId);
        var bytes = head.Sum(static pair => Encoding.UTF8.GetByteCount(pair.Key) + (pair.Value.S is { } text ? Encoding.UTF8.GetByteCount(text) : pair.Value.N is { } number ? number.Length : pair.Value.L.Sum(static item => 1 + Encoding.UTF8.GetByteCount(item.S)) + 3));
        Assert.InRange(bytes, 1, 1024);
    }

    [Fact]
    public async Task A_hold_is_one_transaction_and_a_commit_one_plain_write()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 5), ("B", 5));
        var watch = new WatchedConnection();
        var worker = warehouse.Another(watch);
        await worker.DeliverAsync([Order(1, OrderState.Received, ("A", 2), ("B", 1))], TestContext.Current.CancellationToken);
        await worker.DeliverAsync([Order(2, OrderState.Confirmed, ("A", 2), ("B", 1))], TestContext.Current.CancellationToken);
        await worker.DeliverAsync([Order(2, OrderState.Confirmed, ("A", 2), ("B", 1))], TestContext.Current.CancellationToken);
        Assert.Equal(["BatchGetItem", "BatchGetItem", "TransactWriteItems", "BatchGetItem", "PutItem", "BatchGetItem"], watch.Calls);
    }

    [Fact]
    public async Task Lines_that_cannot_be_reserved_fail_their_own_message_only()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 5));
        Assert.Equal(["0", "1", "2"], await warehouse.DeliverAsync(
            Given.Order(1, OrderState.Received, [new("A", -1)], "negative"),
            Read("""[null]"""),
            Read("""[{"quantity":1}]"""),
            Given.Order(1, OrderState.Received, [new("A", 1)], "good")));
        Assert.Equal((5m, 1m, 4m), await warehouse.RowAsync("A"));
        await warehouse.CheckAsync();

        // The JSON reader lets both pass: it looks neither into lists nor for what a record's constructor misses.
        static OrderEvent Read(string lines)
        {
            var body = OutgoingEvent.Of(Given.Order(1, OrderState.Received, [], "ord_" + lines.Length.ToString(CultureInfo.InvariantCulture))).Body;
            return JsonSerializer.Deserialize(body.Replace("\"lines\":[]", "\"lines\":" + lines, StringComparison.Ordinal), ContractsJson.Default.OrderEvent)!;
        }
    }

    [Fact]
    public async Task Two_rows_of_one_sku_are_taken_together_or_not_at_all()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 3));
        await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 2), ("A", 2)));
        Assert.Equal(EventTypes.StockRefused, (await warehouse.EventAsync())!.Type);
        Assert.Equal((3m, 0m, 3m), await warehouse.RowAsync("A"));
        await warehouse.DeliverAsync(Given.Order(1, OrderState.Received, [new("A", 2), new("A", 1)], "ord_2"));
        Assert.Equal((3m, 3m, 0m), await warehouse.RowAsync("A"));
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task With_three_of_four_leaves_available_nothing_is_held()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 3), ("B", 3), ("C", 0), ("D", 3));
        await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 1), ("B", 1), ("C", 1), ("D", 1)));
        var refused = (await warehouse.EventAsync())!;
        Assert.Equal([new Shortage("C", 1, 0)], refused.Stock.Shortages!);
        Assert.Equal((3m, 0m, 3m), await warehouse.RowAsync("A"));
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task A_sku_without_a_row_is_refused_and_said_to_be_unknown()
    {
        var tooLong = new string('x', 3000);
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 3));
        await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 1), ("nobody's", 1), (tooLong, 1)));
        Assert.Equal([new Shortage("nobody's", 1, null), new Shortage(tooLong, 1, null)], (await warehouse.EventAsync())!.Stock.Shortages!);
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task An_order_that_no_item_can_hold_fails_by_itself_and_its_batch_goes_on()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 5));
        Assert.Equal(["1"], await warehouse.DeliverAsync(
            Given.Order(1, OrderState.Received, [new("A", 1)], "before"),
            Given.Order(1, OrderState.Received, [new(new string('x', 210_000), 1)], "large"),
            Given.Order(1, OrderState.Received, [new("A", 1)], "after")));
        Assert.Equal((5m, 2m, 3m), await warehouse.RowAsync("A"));
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task A_release_delivered_twice_gives_back_once()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 5));
        await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 2)));
        await warehouse.DeliverAsync(Given.Order(1, OrderState.Received, [new("A", 2)], "ord_2"));
        Assert.Empty(await warehouse.DeliverAsync(Order(2, OrderState.Cancelled, ("A", 2)), Order(2, OrderState.Cancelled, ("A", 2))));
        Assert.Empty(await warehouse.DeliverAsync(Order(2, OrderState.Cancelled, ("A", 2))));
        Assert.Equal((5m, 2m, 3m), await warehouse.RowAsync("A"));
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task A_cancellation_before_the_placement_leaves_a_tombstone_and_says_that_nothing_is_held()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 5));
        await warehouse.DeliverAsync(Order(2, OrderState.Cancelled, ("A", 2)));
        Assert.Equal(EventTypes.StockReleased, (await warehouse.EventAsync())!.Type);
        await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 2)));
        Assert.Equal((5m, 0m, 5m), await warehouse.RowAsync("A"));
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task Who_asks_about_what_was_applied_is_answered_with_the_same_event()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 5));
        await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 2)) with { Ask = true });
        Assert.Empty(warehouse.Topic.Messages); // the write itself is the answer
        await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 2)) with { Ask = true });
        var said = Assert.Single(warehouse.Topic.Messages);
        Assert.Contains("\"id\":\"inventory/ord_1/1\"", said, StringComparison.Ordinal);
        Assert.DoesNotContain("\"ask\"", said, StringComparison.Ordinal);
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task A_batch_of_mixed_orders_is_decided_in_its_order()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 5), ("B", 1));
        await warehouse.DeliverAsync(Given.Order(1, OrderState.Received, [new("A", 4)], "old"));
        Assert.Empty(await warehouse.DeliverAsync(
            Given.Order(2, OrderState.Cancelled, [new("A", 4)], "old"),
            Given.Order(1, OrderState.Received, [new("A", 3), new("B", 1)], "first"),
            Given.Order(1, OrderState.Received, [new("B", 1)], "second"),
            Given.Order(1, OrderState.Received, [new("A", 2)], "third"),
            Given.Order(1, OrderState.Received, [new("A", 1)], "fourth"),
            Given.Order(2, OrderState.Confirmed, [new("A", 3), new("B", 1)], "first")));
        Assert.Equal(
            [StockStatus.Released, StockStatus.Committed, StockStatus.Refused, StockStatus.Held, StockStatus.Refused],
            await Task.WhenAll(new[] { "old", "first", "second", "third", "fourth" }.Select(async order => (await warehouse.ReservationAsync(order)).Status!.Value)));
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task Ten_orders_with_ten_lines_each_fit_no_single_transaction_and_are_all_held()
    {
        var stock = Enumerable.Range(0, 100).Select(static number => (Sku: "S" + number.ToString(CultureInfo.InvariantCulture), OnHand: 1m)).ToList();
        var warehouse = await Warehouse.OpenAsync(backends, stock);
        Assert.Empty(await warehouse.DeliverAsync([.. Enumerable.Range(0, 10).Select(order => Given.Order(1, OrderState.Received, [.. stock.Skip(order * 10).Take(10).Select(static row => new StockLine(row.Sku, 1))], "ord_" + order.ToString(CultureInfo.InvariantCulture)))]));
        for (var order = 0; order < 10; order++)
        {
            Assert.Equal(StockStatus.Held, (await warehouse.ReservationAsync("ord_" + order.ToString(CultureInfo.InvariantCulture))).Status);
        }

        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task More_than_a_hundred_leaves_are_held_committed_and_released()
    {
        var lines = Given.ManyLines(230);
        var warehouse = await Warehouse.OpenAsync(backends, lines.Select(static line => (line.Sku, line.Quantity)));
        Assert.Empty(await warehouse.DeliverAsync(Given.Order(1, OrderState.Received, lines)));
        Assert.Equal((StockStatus.Held, 3, 230), await warehouse.ReservationAsync() is var held ? (held.Status, held.Taken, held.Lines.Count) : default);
        await warehouse.CheckAsync();
        Assert.Empty(await warehouse.DeliverAsync(Given.Order(2, OrderState.Confirmed, lines)));
        Assert.Equal(StockStatus.Committed, (await warehouse.ReservationAsync()).Status);
        await warehouse.CheckAsync();
        Assert.Empty(await warehouse.DeliverAsync(Given.Order(3, OrderState.Cancelled, lines)));
        Assert.Equal((StockStatus.Released, 0), await warehouse.ReservationAsync() is var released ? (released.Status, released.Taken) : default);
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task Of_more_than_a_hundred_leaves_with_one_short_nothing_is_held()
    {
        var lines = Given.ManyLines(230);
        var warehouse = await Warehouse.OpenAsync(backends, lines.Select(static (line, index) => (line.Sku, index == 215 ? line.Quantity - 0.0001m : line.Quantity)));
        Assert.Empty(await warehouse.DeliverAsync(Given.Order(1, OrderState.Received, lines)));
        Assert.Equal(lines[215].Sku, Assert.Single((await warehouse.EventAsync())!.Stock.Shortages!).Sku);
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task A_commit_after_the_expiry_takes_again_or_loses()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 2));
        await warehouse.DeliverAsync(Given.Order(1, OrderState.Received, [new("A", 2)], "lucky"), Given.Order(1, OrderState.Received, [new("A", 0.5m)], "refused"));
        warehouse.Clock.Ahead = TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1);
        Assert.Equal(["lucky"], await warehouse.DueAsync());
        for (var look = 0; look <= ReservationDue.MostQuestions; look++)
        {
            await warehouse.Hands.LookAsync("lucky");
            warehouse.Clock.Ahead += TimeSpan.FromMinutes(15.1);
        }

        Assert.Equal(ReservationDue.MostQuestions, warehouse.Topic.Messages.Count);
        Assert.Equal((EventTypes.StockReleased, 0), ((await warehouse.ReservationAsync("lucky")).LastEvent!.Type, (await warehouse.ReservationAsync("lucky")).Taken));
        Assert.Empty(await warehouse.DueAsync());
        await warehouse.CheckAsync();

        await warehouse.DeliverAsync(Given.Order(2, OrderState.Confirmed, [new("A", 2)], "lucky"));
        Assert.Equal(EventTypes.StockCommitted, (await warehouse.EventAsync("lucky"))!.Type);
        await warehouse.DeliverAsync(Given.Order(2, OrderState.Confirmed, [new("A", 0.5m)], "refused"));
        Assert.Equal(EventTypes.StockLost, (await warehouse.EventAsync("refused"))!.Type);
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task A_question_that_is_answered_while_its_timer_is_written_is_not_asked()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 2));
        await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 2)));
        warehouse.Clock.Ahead = TimeSpan.FromHours(24.1);
        var late = warehouse.Another(new MeetsAnother(() => warehouse.DeliverAsync(Order(2, OrderState.AwaitingPayment, ("A", 2)))));
        await late.LookAsync("ord_1");
        Assert.Empty(warehouse.Topic.Messages);
        Assert.Equal(2, (await warehouse.ReservationAsync()).OrderVersion);
    }

    [Fact]
    public async Task At_the_expiry_orders_is_asked_and_its_answer_decides()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 2));
        await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 2)));
        warehouse.Clock.Ahead = TimeSpan.FromHours(24.1);
        await warehouse.Hands.LookAsync("ord_1");
        await warehouse.Hands.LookAsync("ord_1"); // a second tick's message
        Assert.Contains("\"ask\":true", Assert.Single(warehouse.Topic.Messages), StringComparison.Ordinal);
        Assert.Empty(await warehouse.DueAsync());
        Assert.Null(await warehouse.EventAsync()); // moving a timer is no event

        await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 2)));
        Assert.True((await warehouse.ReservationAsync()).ExpiresAt > warehouse.Clock.GetUtcNow());
        await warehouse.DeliverAsync(Order(2, OrderState.Cancelled, ("A", 2)));
        Assert.Equal((2m, 0m, 2m), await warehouse.RowAsync("A"));
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task While_SNS_is_away_a_question_fails_once_and_is_not_counted()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 2));
        await warehouse.DeliverAsync(Order(1, OrderState.Received, ("A", 2)));
        warehouse.Clock.Ahead = TimeSpan.FromHours(24.1);
        warehouse.Topic.IsAway = true;
        await Assert.ThrowsAsync<HttpRequestException>(() => warehouse.Hands.LookAsync("ord_1"));
        await warehouse.Hands.LookAsync("ord_1"); // the message comes again, or the clock's next one
        Assert.Empty(await warehouse.DueAsync());
        Assert.Equal(0, (await warehouse.ReservationAsync()).Asked);

        (warehouse.Topic.IsAway, warehouse.Clock.Ahead) = (false, TimeSpan.FromHours(24.4));
        await warehouse.Hands.LookAsync("ord_1");
        Assert.Contains("\"ask\":true", Assert.Single(warehouse.Topic.Messages), StringComparison.Ordinal);
        Assert.Equal(1, (await warehouse.ReservationAsync()).Asked);
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task Sixteen_orders_racing_for_five_units_get_exactly_five()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 5));
        var workers = Enumerable.Range(0, 4).Select(_ => warehouse.Another()).ToList();
        var orders = Enumerable.Range(0, 16).Select(static number => Given.Order(1, OrderState.Received, [new("A", 1)], "ord_" + number.ToString(CultureInfo.InvariantCulture))).ToList();
        var open = orders;
        for (var delivery = 0; open.Count > 0 && delivery < 20; delivery++)
        {
            // Every order is delivered to two workers at once, in batches that overlap.
            var batches = open.Chunk(3).SelectMany(static batch => new[] { batch, [.. batch.Reverse()] }).ToList();
            await Task.WhenAll(batches.Select((batch, index) => workers[index % workers.Count].DeliverAsync(batch)));
            var heads = await warehouse.Hands.Store.LoadAsync([.. orders.Select(static order => order.OrderId)], CancellationToken.None);
            open = [.. orders.Where(order => !heads.ContainsKey(order.OrderId))];
        }

        var states = await Task.WhenAll(orders.Select(async order => (await warehouse.ReservationAsync(order.OrderId)).Status));
        Assert.Equal((5, 11), (states.Count(static state => state is StockStatus.Held), states.Count(static state => state is StockStatus.Refused)));
        Assert.Equal((5m, 5m, 0m), await warehouse.RowAsync("A"));
        await warehouse.CheckAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_crash_before_or_after_any_call_heals(bool after, bool byClock)
    {
        var lines = Given.ManyLines(110);
        for (var call = 1; ; call++)
        {
            // Placed, then cancelled, the worker dying at this call; then another goes on, by redelivery or by the clock.
            var warehouse = await Warehouse.OpenAsync(await backends.EmbeddedAsync(), lines.Select(static line => (line.Sku, line.Quantity)));
            var crash = new CrashingConnection(call, after);
            var dying = warehouse.Another(crash);
            foreach (var order in new[] { Given.Order(1, OrderState.Received, lines), Given.Order(2, OrderState.Cancelled, lines) })
            {
                await CrashAsync(() => dying.DeliverAsync([order], crash.Cancellation));
                if (crash.Crashed)
                {
                    await warehouse.CheckAsync(atRest: false);
                    if (byClock)
                    {
                        warehouse.Clock.Ahead += TimeSpan.FromMinutes(3);
                        foreach (var due in await warehouse.DueAsync())
                        {
                            await warehouse.Hands.LookAsync(due);
                        }

                        await warehouse.CheckAsync();
                    }

                    Assert.Empty(await warehouse.DeliverAsync(order));
                    Assert.Equal(order.Version == 1 ? StockStatus.Held : StockStatus.Released, (await warehouse.ReservationAsync()).Status);
                    break;
                }
            }

            await warehouse.CheckAsync();
            if (!crash.Crashed)
            {
                Assert.InRange(call, 10, 40); // heads, rows, parts and transactions were all tried
                return;
            }
        }
    }

    private static async Task CrashAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // the crash that was asked for
        }
    }

    private static OrderEvent Order(long version, OrderState state, params IEnumerable<(string Sku, decimal Quantity)> lines) => Given.Order(version, state, lines);

    /// <summary>Writes down the operations that go over it.</summary>
    private sealed class WatchedConnection : DelegatingHandler
    {
        public List<string> Calls { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls.Add(request.Headers.GetValues("X-Amz-Target").Single().Split('.')[1]);
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Before the first write something else happens.</summary>
    private sealed class MeetsAnother(Func<Task> happens) : DelegatingHandler
    {
        private bool _met;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!_met && request.Headers.GetValues("X-Amz-Target").Single().EndsWith(".PutItem", StringComparison.Ordinal))
            {
                _met = true;
                await happens();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Stops its worker for good before or after the n-th call.</summary>
    private sealed class CrashingConnection(int fatalCall, bool after) : DelegatingHandler
    {
        private readonly CancellationTokenSource _crash = new();
        private int _calls;

        public CancellationToken Cancellation => _crash.Token;

        public bool Crashed => _crash.IsCancellationRequested;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _calls) != fatalCall)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            if (after)
            {
                (await base.SendAsync(request, cancellationToken)).Dispose();
            }

            await _crash.CancelAsync();
            throw new OperationCanceledException(_crash.Token);
        }

        protected override void Dispose(bool disposing)
        {
            _crash.Dispose();
            base.Dispose(disposing);
        }
    }
}
