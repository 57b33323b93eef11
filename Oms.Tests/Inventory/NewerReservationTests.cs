using Oms.Contracts;
using Oms.Inventory;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Store;
using Oms.Tests.LocalAws;
using Oms.Tests.Support;

namespace Oms.Tests.Inventory;

/// <summary>Heads that newer code has written, read and changed by this one.</summary>
public sealed class NewerReservationTests(SharedBackends backends)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static Reservation Full => new()
    {
        OrderId = "ord_1",
        Tenant = Given.Tenant,
        Store = "default",
        Version = 1,
        Status = StockStatus.Refused,
        Aim = new Aim(StockStatus.Committed, "orders/2"),
        OrderVersion = 2,
        Lines = [new StockLine("A", 1)],
        ExpiresAt = Noon,
        Asked = 1,
        Shortages = [new Shortage("A", 1, 0)],
        History = [new Said(1, StockStatus.Refused, Noon, "orders/1")],
        TraceParent = "t",
        DueAt = Noon,
        Emits = true,
    };

    [Fact]
    public void Every_attribute_that_is_written_is_a_known_one_and_every_known_one_is_written() => Assert.Equal(
        InventoryStore.ReservationItem.Attributes.Order(StringComparer.Ordinal),
        InventoryStore.ReservationItem.Write(Full, DueIndex.Shards).Keys.Union(InventoryStore.ReservationItem.Write(Full with { Lines = Given.ManyLines(11) }, DueIndex.Shards).Keys).Order(StringComparer.Ordinal));

    [Fact]
    public async Task What_newer_code_has_added_survives_every_change_and_what_is_cleared_stays_cleared()
    {
        var table = await TestTable.OpenAsync(backends, "inventory");
        var store = new InventoryStore(table, new Random(1));
        await store.SetOnHandAsync(Given.Tenant, "A", "default", 5, "count", null, TestContext.Current.CancellationToken);
        await NewerAttributes.AddAsync(table, $"stock/{Given.Tenant}/A", "default");
        Assert.Null(await store.SaveAsync([new Step(Full with { Aim = null }, [], 0)], TestContext.Current.CancellationToken));
        await NewerAttributes.AddAsync(table, "ord_1", "head");

        // Alone, and in a transaction.
        var reservation = await ReadAsync();
        Assert.Null(await store.SaveAsync([new Step(reservation with { Version = 2, Emits = false, DueAt = null, Asked = 0 }, [], 0)], TestContext.Current.CancellationToken));
        var item = await NewerAttributes.AssertThereAsync(table, "ord_1", "head");
        Assert.DoesNotContain(item.Keys, static name => name is "outbox" or "dueAt" or "dueShard" or "q");
        Assert.Null(await store.SaveAsync([new Step((await ReadAsync()) with { Version = 3, Taken = 1 }, [new StockLine("A", 1)], 1)], TestContext.Current.CancellationToken));
        await NewerAttributes.AssertThereAsync(table, "ord_1", "head");
        await NewerAttributes.AssertThereAsync(table, $"stock/{Given.Tenant}/A", "default");

        // Overtaken, it goes on from what stands there.
        var conflict = (await store.SaveAsync([new Step(reservation with { Version = 2 }, [], 0)], TestContext.Current.CancellationToken))!;
        Assert.Null(await store.SaveAsync([new Step(Assert.Single(conflict.Heads) with { Version = 4 }, [], 0)], TestContext.Current.CancellationToken));
        await NewerAttributes.AssertThereAsync(table, "ord_1", "head");

        async Task<Reservation> ReadAsync() => (await store.LoadAsync(["ord_1"], TestContext.Current.CancellationToken))["ord_1"];
    }

    /// <summary>It fails alone: what else is in the batch is settled.</summary>
    [Fact]
    public async Task A_reservation_in_a_state_of_newer_code_is_left_alone_until_that_code_has_it()
    {
        var table = await TestTable.OpenAsync(backends, "inventory");
        var store = new InventoryStore(table, new Random(1));
        Assert.Null(await store.SaveAsync([new Step(Full, [], 0)], TestContext.Current.CancellationToken));
        var item = (await table.GetAsync("ord_1", "head", TestContext.Current.CancellationToken))!;
        item["s"].S = "Packed";
        await table.PutAsync(item, condition: null, TestContext.Current.CancellationToken);

        var ledger = new StockLedger(store, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var settled = await ledger.SettleAsync([.. ((string[])["ord_1", "ord_2"]).Select(static id => new Wish(id, current => current is null ? Full with { OrderId = id, Version = 0, Aim = null } : null))], TestContext.Current.CancellationToken);
        Assert.Equal(["ord_2"], settled.Keys);
        Assert.Equal("Packed", (await table.GetAsync("ord_1", "head", TestContext.Current.CancellationToken))!["s"].S);
    }

    [Fact]
    public void An_event_that_would_go_out_as_another_one_is_refused()
    {
        var image = InventoryStore.ReservationItem.Write(Full, DueIndex.Shards);
        Assert.Equal(EventTypes.StockRefused, InventoryStore.EventOf(image)!.Type);
        image["outbox"].S = "stock.part-held.v1";
        Assert.Throws<NewerCodeException>(() => InventoryStore.EventOf(image));

        var silent = InventoryStore.ReservationItem.Write(Full with { Version = 2 }, DueIndex.Shards);
        Assert.Throws<NewerCodeException>(() => InventoryStore.EventOf(silent));
    }
}
