using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Oms.Contracts;
using Oms.Orders;
using Oms.ServiceDefaults.Http;
using Oms.ServiceDefaults.Store;
using Oms.Tests.LocalAws;
using Oms.Tests.Support;

namespace Oms.Tests.Orders;

public sealed class OrderStoreTests(SharedBackends backends)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_head_reads_back_as_it_was_written()
    {
        var orders = await OpenAsync();
        foreach (var order in (Order[])
        [
            Samples.Placed("magento-order") with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Operations = ["a", "b"], Flags = ["f"], Doubts = ["d", "e"], ChangedDocument = new DocumentName("11", 2) },
            Samples.Placed("magento/partly-shipped").WithStock(StockStatus.Refused, 7, new Shortage("A", 1, null)),
            Samples.Placed("magento/complete"),
            Samples.PlacedNatively().Held().WithPayment(PaymentStatus.Authorised) with { Id = "ord_other", Lines = null },
        ])
        {
            Assert.Null(await orders.AddAsync(order, Cancellation));
            AssertSame(order, await orders.FindAsync(order.Id, Cancellation));
        }
    }

    [Fact]
    public async Task The_head_of_a_confirmed_order_with_two_lines_is_below_one_kilobyte()
    {
        var watch = new Watch();
        var orders = await OpenAsync(watch);
        var placed = Samples.Placed("magento-order") with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Operations = ["0123456789abcdef"], Document = new DocumentName(new string('a', 32), 1) };
        await orders.AddAsync(placed, Cancellation);
        await orders.ChangeAsync(placed, order => order.Held(), Cancellation);

        // The request's JSON is larger than the item: it carries types and quotes.
        Assert.InRange(watch.Largest, 1, 2048);
        Assert.InRange(await ItemBytesAsync(placed.Id, orders), 1, 1023);
    }

    [Fact]
    public async Task An_order_is_added_once_and_the_second_finds_the_first()
    {
        var orders = await OpenAsync();
        var order = Samples.Placed("magento-order");

        Assert.Null(await orders.AddAsync(order, Cancellation));
        AssertSame(order, await orders.AddAsync(order with { TraceParent = "another" }, Cancellation));
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_recognised_as_its_own()
    {
        var watch = new Watch();
        var orders = await OpenAsync(watch);
        var order = Samples.Placed("magento-order") with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Operations = ["op"] };
        watch.LoseAnswers = 1;

        var there = await orders.AddAsync(order, Cancellation);

        Assert.NotNull(there);
        Assert.True(Acceptance.IsOwn(order, there));
        Assert.False(Acceptance.IsOwn(order with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-ffffffffffffffff-01" }, there));
    }

    [Fact]
    public async Task A_change_whose_answer_is_lost_is_applied_once()
    {
        var watch = new Watch();
        var orders = await OpenAsync(watch);
        var placed = Samples.Placed("magento-order");
        await orders.AddAsync(placed, Cancellation);
        watch.LoseAnswers = 1;

        var after = await orders.ChangeAsync(placed, order => order.Held(), Cancellation);

        Assert.Equal((OrderState.Confirmed, 2L), (after.State, after.Version));
        Assert.Equal(2L, (await orders.FindAsync(placed.Id, Cancellation))!.Version);
    }

    [Fact]
    public async Task Ten_changes_at_once_each_land_once()
    {
        var orders = await OpenAsync();
        var placed = Samples.Placed("magento-order");
        await orders.AddAsync(placed, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => orders.ChangeAsync(placed, order => order with { Version = order.Version + 1, Flags = [.. order.Flags, $"f{i}"] }, Cancellation)));

        var after = await orders.FindAsync(placed.Id, Cancellation);
        Assert.Equal((11L, 10), (after!.Version, after.Flags.Distinct(StringComparer.Ordinal).Count()));
    }

    [Fact]
    public async Task A_long_history_spills_and_stays_whole()
    {
        var orders = await OpenAsync();
        var order = Samples.Placed("magento-order");
        await orders.AddAsync(order, Cancellation);
        for (var i = 0; i < 45; i++)
        {
            order = await orders.ChangeAsync(order, head => OrderTransition.Next(head, "test", Samples.Now, null, "note"), Cancellation);
        }

        Assert.InRange(order.History.Count, 1, 20);
        Assert.Equal(Enumerable.Range(1, 46).Select(version => (long)version), (await orders.ListHistoryAsync(order, Cancellation)).Select(step => step.Version));
    }

    [Fact]
    public async Task A_document_larger_than_an_item_is_stored_in_chunks_and_reads_back()
    {
        var orders = await OpenAsync();
        var raw = new byte[1_000_000];
        new Random(7).NextBytes(raw);

        var name = await orders.PutDocumentAsync("ord_1", raw, Samples.Now, Cancellation);

        Assert.Equal(3, name.Chunks);
        Assert.True((await orders.FindDocumentAsync("ord_1", name, Cancellation))!.Value.Span.SequenceEqual(raw));
        Assert.Equal(name, await orders.PutDocumentAsync("ord_1", raw, Samples.Now, Cancellation));
        Assert.Null(await orders.FindDocumentAsync("ord_2", name, Cancellation));
    }

    [Fact]
    public async Task The_sample_posted_twice_is_one_order_with_one_answer()
    {
        var orders = await OpenAsync();
        var first = await PostAsync(orders, Samples.Read("magento-order"));
        var second = await PostAsync(orders, Samples.Read("magento-order"));

        Assert.Equal((202, 202), (first.Status, second.Status));
        Assert.Equal((first.Body, first.Headers["Location"]), (second.Body, second.Headers["Location"]));
        Assert.False(first.Headers.ContainsKey("Idempotency-Replayed"));
        Assert.Equal("true", second.Headers["Idempotency-Replayed"]);
        Assert.Equal(1L, (await orders.FindAsync(first.OrderId!, Cancellation))!.Version);
    }

    [Fact]
    public async Task A_twin_of_the_same_quote_comes_before_a_person_unless_the_first_was_cancelled()
    {
        var orders = await OpenAsync();
        var body = Encoding.UTF8.GetString(Samples.Read("magento/guest"));

        await PostAsync(orders, Encoding.UTF8.GetBytes(body));
        var twin = await PostAsync(orders, Encoding.UTF8.GetBytes(body.Replace("000000201", "000000202", StringComparison.Ordinal)));
        await PostAsync(orders, Encoding.UTF8.GetBytes(body.Replace("\"state\": \"new\"", "\"state\": \"canceled\"", StringComparison.Ordinal).Replace("09:26:57", "10:26:57", StringComparison.Ordinal)));
        var retry = await PostAsync(orders, Encoding.UTF8.GetBytes(body.Replace("000000201", "000000203", StringComparison.Ordinal)));

        Assert.Equal([Reason.DuplicateSuspected], (await orders.FindAsync(twin.OrderId!, Cancellation))!.Reasons);
        Assert.Equal(OrderState.Received, (await orders.FindAsync(retry.OrderId!, Cancellation))!.State);
    }

    [Fact]
    public async Task The_twin_of_a_second_attempt_is_suspected_too_when_the_first_was_cancelled()
    {
        var orders = await OpenAsync();
        var body = Encoding.UTF8.GetString(Samples.Read("magento/guest"));
        var cancelled = body.Replace("\"state\": \"new\"", "\"state\": \"canceled\"", StringComparison.Ordinal).Replace("09:26:57", "10:26:57", StringComparison.Ordinal);
        await PostAsync(orders, Encoding.UTF8.GetBytes(body));
        await PostAsync(orders, Encoding.UTF8.GetBytes(cancelled));

        // Two attempts at once: one of them takes the cancelled one's place.
        var attempts = await Task.WhenAll(((string[])["000000202", "000000203"]).Select(number => PostAsync(orders, Encoding.UTF8.GetBytes(body.Replace("000000201", number, StringComparison.Ordinal)))));

        var reasons = await Task.WhenAll(attempts.Select(async attempt => string.Join(' ', (await orders.FindAsync(attempt.OrderId!, Cancellation))!.Reasons)));
        Assert.Equal(["", Reason.DuplicateSuspected], reasons.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_two_that_saw_the_same_order_ended_one_takes_its_place_and_the_other_meets_it()
    {
        var orders = await OpenAsync();
        var placed = Samples.Placed("magento/guest");
        async Task<string> ClaimAsync(string id, string? ended) => (await orders.FirstOfQuoteAsync(placed with { Id = id }, "contents", ended is null ? null : new FirstOfQuote(ended, UnknownAttributes.None), Cancellation)).OrderId;

        Assert.Equal(["ord_1", "ord_1"], [await ClaimAsync("ord_1", null), await ClaimAsync("ord_2", null)]);
        Assert.Equal(["ord_2", "ord_2"], [await ClaimAsync("ord_2", "ord_1"), await ClaimAsync("ord_3", "ord_1")]);
    }

    [Fact]
    public async Task A_store_that_the_token_does_not_name_is_not_there() =>
        Assert.Equal(404, (await PostAsync(await OpenAsync(), Samples.Read("magento-order"), "other")).Status);

    [Theory]
    [InlineData("{", 400)]
    [InlineData("{}", 422)]
    public async Task What_cannot_be_an_order_is_refused(string body, int status) =>
        Assert.Equal(status, (await PostAsync(await OpenAsync(), Encoding.UTF8.GetBytes(body))).Status);

    [Fact]
    public async Task Every_fixture_is_accepted_and_reads_back_with_all_its_rows()
    {
        var orders = await OpenAsync();
        foreach (var fixture in Samples.MagentoFixtures)
        {
            var accepted = await PostAsync(orders, Samples.Read("magento/" + fixture), store: fixture, stores: [fixture]); // two of them have one number
            var order = await orders.FindAsync(accepted.OrderId!, Cancellation);
            var raw = await orders.FindDocumentAsync(order!.Id, order.Document, Cancellation);

            Assert.Equal(202, accepted.Status);
            Assert.Equal(Samples.Magento("magento/" + fixture).Rows.Count, OrderView.LinesOf(Samples.Magento(raw!.Value.ToArray())).Count);
        }
    }

    [Fact]
    public async Task A_card_number_in_a_comment_is_not_stored()
    {
        var orders = await OpenAsync();
        var accepted = await PostAsync(orders, Samples.Read("magento/partly-shipped"));
        var order = await orders.FindAsync(accepted.OrderId!, Cancellation);
        var stored = Encoding.UTF8.GetString((await orders.FindDocumentAsync(order!.Id, order.Document, Cancellation))!.Value.Span);

        Assert.DoesNotContain("4111", stored, StringComparison.Ordinal);
        Assert.Contains("PHONE-356938035643809", stored, StringComparison.Ordinal);
        Assert.Equal([Reason.CardNumberRemoved], order.Flags);
        Assert.Equal(OrderState.Received, order.State);
    }

    private static Task<ApiResponse> PostAsync(OrderStore orders, byte[] body, string store = "default", string[]? stores = null)
    {
        var request = new ApiRequest(
            "POST",
            $"/v1/magento/{store}/orders",
            "/v1/magento/{store}/orders",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["store"] = store },
            new Dictionary<string, string>(StringComparer.Ordinal),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["content-type"] = "application/json" },
            body,
            new Caller("local", stores ?? ["default"]),
            Cancellation);
        return PlaceMagentoOrder.HandleAsync(request, orders, new FixedClock(), NullLogger.Instance);
    }

    private static async Task<int> ItemBytesAsync(string orderId, OrderStore orders)
    {
        var order = (await orders.FindAsync(orderId, Cancellation))!;
        return OrderStore.WriteHead(order, DueIndex.Shards).Sum(attribute => attribute.Key.Length + Bytes(attribute.Value));
    }

    private static int Bytes(Amazon.DynamoDBv2.Model.AttributeValue value) =>
        value.S is { } text ? Encoding.UTF8.GetByteCount(text)
        : value.N is { } number ? (number.Length / 2) + 2
        : value.L is { Count: > 0 } list ? 3 + list.Sum(entry => 1 + Bytes(entry))
        : 1;

    private static void AssertSame(Order expected, Order? actual)
    {
        Assert.NotNull(actual);
        Assert.Equivalent(expected, actual, strict: true);
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Samples.Now;
    }

    private async Task<OrderStore> OpenAsync(DelegatingHandler? handler = null) => new(await TestTable.OpenAsync(backends, "orders", handler: handler));

    /// <summary>Loses answers after the effect, and remembers the largest request.</summary>
    private sealed class Watch : DelegatingHandler
    {
        public int LoseAnswers { get; set; }

        public long Largest { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Largest = Math.Max(Largest, request.Content?.Headers.ContentLength ?? 0);
            var answer = await base.SendAsync(request, cancellationToken);
            if (LoseAnswers > 0 && answer.StatusCode == HttpStatusCode.OK)
            {
                LoseAnswers--;
                throw new HttpRequestException("The answer was lost");
            }

            return answer;
        }
    }
}
