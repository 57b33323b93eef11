using System.Text.Json;
using Oms.Contracts;
using Oms.Inventory;
using Oms.Tests.LocalAws;

namespace Oms.Tests.Inventory;

public sealed class SetStockTests(SharedBackends backends)
{
    [Theory]
    [InlineData("WSH12-32-Red")]
    [InlineData("24-WB/04 ü 📦")]
    [InlineData("100%25 a+b")]
    [InlineData("../../etc?x=1#y")]
    public async Task What_was_set_is_answered_and_read_back(string sku)
    {
        var warehouse = await Warehouse.OpenAsync(backends);
        var put = await warehouse.PutAsync(sku, """{"onHand": 12.5000}""");
        Assert.Equal((200, """{"source":"default","onHand":12.5,"reserved":0,"available":12.5}"""), (put.Status, put.Body));
        await warehouse.PutAsync(sku, """{"onHand": 3}""", source: "berlin_2");
        var get = await warehouse.GetAsync(sku);
        using var read = JsonDocument.Parse(get.Body!);
        Assert.Equal(sku, read.RootElement.GetProperty("sku").GetString());
        Assert.Equal("""[{"source":"berlin_2","onHand":3,"reserved":0,"available":3},{"source":"default","onHand":12.5,"reserved":0,"available":12.5}]""", read.RootElement.GetProperty("sources").GetRawText());
    }

    [Fact]
    public async Task Another_tenants_stock_is_not_there()
    {
        var warehouse = await Warehouse.OpenAsync(backends);
        await warehouse.PutAsync("b/A", """{"onHand": 1}""", tenant: "a");
        Assert.Equal(404, (await warehouse.GetAsync("b/A", tenant: "other")).Status);
        Assert.Equal(404, (await warehouse.GetAsync("A", tenant: "a/b")).Status);
        Assert.Equal(200, (await warehouse.GetAsync("b/A", tenant: "a")).Status);
    }

    [Fact]
    public async Task A_count_below_what_is_reserved_is_refused_and_changes_nothing()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 5));
        await warehouse.DeliverAsync(Given.Order(1, OrderState.Received, ("A", 3)));
        var refused = await warehouse.PutAsync("A", """{"onHand": 2.9999}""");
        Assert.Equal((409, "stock-below-reserved"), (refused.Status, refused.Refusal!.Code));
        Assert.Equal((5m, 3m, 2m), await warehouse.RowAsync("A"));
        Assert.Equal("""{"source":"default","onHand":3,"reserved":3,"available":0}""", (await warehouse.PutAsync("A", """{"onHand": 3}""")).Body);
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task A_reservation_between_the_read_and_the_write_is_met_by_the_write()
    {
        var warehouse = await Warehouse.OpenAsync(backends, ("A", 5));
        var seen = await warehouse.Hands.Store.GetRowAsync(Given.Tenant, "A", "default", TestContext.Current.CancellationToken);
        await warehouse.DeliverAsync(Given.Order(1, OrderState.Received, ("A", 3)));
        var (set, row) = await warehouse.Hands.Store.SetOnHandAsync(Given.Tenant, "A", "default", 2, "op", seen, TestContext.Current.CancellationToken);
        Assert.False(set);
        Assert.IsType<SetStock.Outcome.BelowReserved>(SetStock.Decide(row, 2, "op", named: true));
        (set, row) = await warehouse.Hands.Store.SetOnHandAsync(Given.Tenant, "A", "default", 4, "op", seen, TestContext.Current.CancellationToken);
        Assert.Equal((true, 4m, 3m, 1m), (set, row!.OnHand, row.Reserved, row.Available)); // reservations do not get in the way
        await warehouse.CheckAsync();
    }

    [Fact]
    public async Task A_named_operation_repeated_late_does_not_undo_a_later_one()
    {
        var warehouse = await Warehouse.OpenAsync(backends);
        await warehouse.PutAsync("A", """{"onHand": 10}""", key: "count-1");
        await warehouse.PutAsync("A", """{"onHand": 20}""", key: "count-2");
        var late = await warehouse.PutAsync("A", """{"onHand": 10}""", key: "count-1");
        Assert.Equal(("true", 20m), (late.Headers["idempotency-replayed"], (await warehouse.RowAsync("A")).OnHand));
        await warehouse.PutAsync("A", """{"onHand": 10}""");
        await warehouse.PutAsync("A", """{"onHand": 20}""");
        await warehouse.PutAsync("A", """{"onHand": 10}""");
        Assert.Equal(10m, (await warehouse.RowAsync("A")).OnHand); // unnamed, it was meant
    }

    [Fact]
    public async Task A_lost_answer_is_no_conflict_and_eight_operations_are_kept()
    {
        var warehouse = await Warehouse.OpenAsync(backends);
        for (var number = 1; number <= 12; number++)
        {
            await warehouse.PutAsync("A", $$"""{"onHand": {{number}}}""", key: $"k{number}");
        }

        var row = (await warehouse.Hands.Store.GetRowAsync(Given.Tenant, "A", "default", TestContext.Current.CancellationToken))!;
        Assert.Equal(8, row.Operations.Count);
        var seen = row with { Operations = [.. row.Operations.SkipLast(1)] };
        var (set, stored) = await warehouse.Hands.Store.SetOnHandAsync(Given.Tenant, "A", "default", 12, row.Operations[^1], seen, TestContext.Current.CancellationToken);
        Assert.False(set);
        Assert.IsType<SetStock.Outcome.AlreadySet>(SetStock.Decide(stored, 12, row.Operations[^1], named: true));
    }

    [Theory]
    [InlineData("""{"onHand": -1}""", 422)]
    [InlineData("""{"onHand": 1.00001}""", 422)]
    [InlineData("""{"onHand": 1e-30}""", 422)]
    [InlineData("""{"onHand": 1e400}""", 422)]
    [InlineData("""{"onHand": 100000000}""", 422)]
    [InlineData("""{"onHand": "5"}""", 422)]
    [InlineData("""{"onHand": null}""", 422)]
    [InlineData("""{"onHand": true}""", 422)]
    [InlineData("{}", 422)]
    [InlineData("""{"onHand": NaN}""", 400)]
    [InlineData("""{"onHand": 1, "reserved": 0}""", 400)]
    [InlineData("""{"onHand": 1, "onHand": 2}""", 400)]
    [InlineData("""{"onHand": 1} x""", 400)]
    [InlineData("""{"onHand": 1""", 400)]
    [InlineData("[1]", 400)]
    [InlineData("", 400)]
    public async Task A_bad_body_is_refused(string body, int status)
    {
        var warehouse = await Warehouse.OpenAsync(backends);
        Assert.Equal(status, (await warehouse.PutAsync("A", body)).Status);
        Assert.Equal(404, (await warehouse.GetAsync("A")).Status);
    }

    [Fact]
    public async Task A_bad_name_key_or_content_type_is_refused()
    {
        const string body = """{"onHand": 1}""";
        var warehouse = await Warehouse.OpenAsync(backends);
        Assert.Equal(400, (await warehouse.PutAsync(new string('x', 256), body)).Status);
        Assert.Equal(200, (await warehouse.PutAsync(string.Concat(Enumerable.Repeat("📦", 255)), body)).Status);
        Assert.Equal(400, (await warehouse.PutAsync("a\u0007b", body)).Status);
        Assert.Equal(400, (await warehouse.PutAsync("\ud800", body)).Status);
        Assert.Equal(400, (await warehouse.PutAsync("A", body, source: "a/b")).Status);
        Assert.Equal(400, (await warehouse.PutAsync("A", body, source: "")).Status);
        Assert.Equal(400, (await warehouse.PutAsync("A", body, key: "two words")).Status);
        Assert.Equal(415, (await warehouse.PutAsync("A", body, contentType: "text/plain")).Status);
        Assert.Equal(413, (await warehouse.PutAsync("A", body + new string(' ', 5000))).Status);
    }
}
