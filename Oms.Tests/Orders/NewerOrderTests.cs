using Microsoft.Extensions.Logging.Abstractions;
using Oms.Contracts;
using Oms.Orders;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Store;
using Oms.Tests.LocalAws;
using Oms.Tests.ServiceDefaults;
using Oms.Tests.Support;

namespace Oms.Tests.Orders;

/// <summary>Heads that newer code has written, read and changed by this one.</summary>
public sealed class NewerOrderTests(SharedBackends backends)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Order Full => Samples.Placed("magento/partly-shipped").WithStock(StockStatus.Refused, 7, new Shortage("A", 1, null)).WithPayment(PaymentStatus.Declined) with
    {
        Version = 3,
        Tendered = true,
        Lines = [new StockLine("A", 1)],
        ChangedDocument = new DocumentName("11", 2),
        Doubts = ["d"],
        Flags = ["f"],
        Reasons = ["r"],
        Shop = new ShopFact { State = "holded", BeforeHold = "new", UpdatedAt = Samples.Now, Shipped = true },
        Payment = new PaymentFact(PaymentStatus.Declined, 1, "code"),
        Operations = ["o"],
        Deadline = Samples.Now,
        DueAt = Samples.Now,
        LastEvent = new EventMark(EventTypes.OrderInReview, 3, Samples.Now),
        Emits = true,
        TraceParent = "t",
    };

    [Fact]
    public void Every_attribute_that_is_written_is_a_known_one_and_every_known_one_is_written() =>
        Assert.Equal(OrderStore.HeadAttributes.Order(StringComparer.Ordinal), OrderStore.WriteHead(Full, DueIndex.Shards).Keys.Order(StringComparer.Ordinal));

    [Fact]
    public async Task What_newer_code_has_added_survives_every_change_and_what_is_cleared_stays_cleared()
    {
        var table = await TestTable.OpenAsync(backends, "orders");
        var orders = new OrderStore(table);
        await orders.AddAsync(Full, Cancellation);
        await NewerAttributes.AddAsync(table, Full.Id, "head");
        var order = (await orders.FindAsync(Full.Id, Cancellation))!;

        order = await orders.ChangeAsync(order, static head => OrderTransition.LookAgain(head, null, head.UpdatedAt), Cancellation);
        var item = await NewerAttributes.AssertThereAsync(table, Full.Id, "head");
        Assert.DoesNotContain(item.Keys, static name => name is "outbox" or "dueAt" or "dueShard");

        // Overtaken, it carries what stands in the head by then.
        var stale = order;
        await orders.ChangeAsync(order, static head => OrderTransition.LookAgain(head, head.UpdatedAt, head.UpdatedAt), Cancellation);
        await orders.ChangeAsync(stale with { Unknown = UnknownAttributes.None }, static head => OrderTransition.LookAgain(head, null, head.UpdatedAt), Cancellation);
        await NewerAttributes.AssertThereAsync(table, Full.Id, "head");
    }

    [Fact]
    public async Task What_newer_code_has_added_to_the_first_of_a_quote_survives_its_successor()
    {
        var table = await TestTable.OpenAsync(backends, "orders");
        var orders = new OrderStore(table);
        var first = await orders.FirstOfQuoteAsync(Full, "contents", ended: null, Cancellation);
        await NewerAttributes.AddAsync(table, $"twin#{Full.Tenant}#{Full.Store}#contents", "twin");

        var second = Full with { Id = "ord_2" };
        first = await orders.FirstOfQuoteAsync(second, "contents", ended: null, Cancellation);
        Assert.Equal(("ord_2", Full.Id), ((await orders.FirstOfQuoteAsync(second, "contents", first, Cancellation)).OrderId, first.OrderId));
        await NewerAttributes.AssertThereAsync(table, $"twin#{Full.Tenant}#{Full.Store}#contents", "twin");
    }

    /// <summary>A guess would be written over what newer code meant; the message comes again until that code gets it.</summary>
    [Fact]
    public async Task An_order_in_a_state_of_newer_code_is_left_alone_until_that_code_has_it()
    {
        var table = await TestTable.OpenAsync(backends, "orders");
        var orders = new OrderStore(table);
        await orders.AddAsync(Full, Cancellation);
        var item = (await table.GetAsync(Full.Id, "head", Cancellation))!;
        var known = item["s"].S;
        item["s"].S = "Packed";
        await table.PutAsync(item, condition: null, Cancellation);

        await Assert.ThrowsAsync<NewerCodeException>(RecordAsync);
        Assert.Equal("Packed", (await table.GetAsync(Full.Id, "head", Cancellation))!["s"].S);

        item["s"].S = known; // as code reads it to which it is known
        await table.PutAsync(item, condition: null, Cancellation);
        await RecordAsync();
        Assert.Equal(9, (await orders.FindAsync(Full.Id, Cancellation))!.Stock!.Version);

        Task RecordAsync()
        {
            var clock = new ImpatientClock();
            var fact = Fakes.Stock(Full.Id, version: 9);
            return RecordStock.HandleAsync(fact, orders, new RecordingTopic().Publisher(new RetryPolicy(clock, new Random(1))), clock, NullLogger.Instance, Cancellation);
        }
    }

    [Fact]
    public void A_type_of_event_that_is_newer_goes_out_as_it_is_and_one_that_would_go_out_as_another_is_refused()
    {
        var image = OrderStore.WriteHead(Full, DueIndex.Shards);
        image["outbox"].S = image["et"].S = "order.packed.v1";
        Assert.Equal("order.packed.v1", OrderEvents.Of(OrderStore.ReadEmitting(image)!, [], ask: false).Type);

        image["et"].S = EventTypes.OrderInReview;
        Assert.Throws<NewerCodeException>(() => OrderStore.ReadEmitting(image));
        image["outbox"].S = EventTypes.OrderInReview;
        image["ev"].N = "2";
        Assert.Throws<NewerCodeException>(() => OrderStore.ReadEmitting(image));

        // What tells nothing stops nobody, whatever it says.
        image.Remove("outbox");
        image["s"].S = "Packed";
        Assert.Null(OrderStore.ReadEmitting(image));
    }
}
