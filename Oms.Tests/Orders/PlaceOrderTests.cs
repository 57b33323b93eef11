using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Oms.Contracts;
using Oms.Orders;
using Oms.ServiceDefaults.Http;
using Oms.ServiceDefaults.Store;
using Oms.Tests.LocalAws;
using Oms.Tests.Support;

namespace Oms.Tests.Orders;

public sealed class PlaceOrderTests(SharedBackends backends)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_native_order_sent_again_with_its_key_is_the_same_order_and_with_another_body_is_refused()
    {
        var (orders, instruments) = await OpenAsync();
        var body = Samples.Read("native-order");
        var first = await PostAsync(orders, instruments, body, "key-1");
        var again = await PostAsync(orders, instruments, body, "key-1");
        var other = await PostAsync(orders, instruments, [.. body, (byte)' '], "key-1");
        var next = await PostAsync(orders, instruments, body, "key-2");

        Assert.Equal((202, 202, 422, 202), (first.Status, again.Status, other.Status, next.Status));
        Assert.Equal((first.Body, "true"), (again.Body, again.Headers["Idempotency-Replayed"]));
        Assert.Equal("idempotency-key-reused", other.Refusal!.Code);
        Assert.NotEqual(first.OrderId, next.OrderId);
    }

    [Fact]
    public async Task The_payment_token_goes_to_Payments_and_nowhere_else()
    {
        var (orders, instruments) = await OpenAsync();
        var accepted = await PostAsync(orders, instruments, Samples.Read("native-order"), "key");
        var order = (await orders.FindAsync(accepted.OrderId!, Cancellation))!;
        var stored = (await orders.FindDocumentAsync(order.Id, order.Document, Cancellation))!.Value;

        Assert.Equal("sim_approve", await instruments.GetAsync(order.Id, Cancellation));
        Assert.DoesNotContain("sim_approve", Encoding.UTF8.GetString(stored.Span) + order + accepted.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_is_never_placed_on_the_token_of_another_request_with_its_key()
    {
        var (orders, instruments) = await OpenAsync();
        await instruments.PutAsync(OrderId.OfNative("local", "key"), "sim_decline", Cancellation);

        Assert.Equal("idempotency-key-reused", (await PostAsync(orders, instruments, Samples.Read("native-order"), "key")).Refusal!.Code);
    }

    [Fact]
    public async Task A_token_that_names_no_store_places_nothing_that_it_could_not_read_again()
    {
        var (orders, instruments) = await OpenAsync();
        var withoutStore = JsonNode.Parse(Samples.Read("native-order"))!.AsObject();
        withoutStore.Remove("store");
        foreach (var body in new[] { Samples.Read("native-order"), Encoding.UTF8.GetBytes(withoutStore.ToJsonString()) })
        {
            var refused = await PostAsync(orders, instruments, body, "key", new Caller("local", []));
            Assert.Equal((422, "/store"), (refused.Status, Assert.Single(refused.Refusal!.Errors!).Pointer));
        }

        Assert.Null(await orders.FindAsync(OrderId.OfNative("local", "key"), Cancellation));
        var placed = await PostAsync(orders, instruments, Encoding.UTF8.GetBytes(withoutStore.ToJsonString()), "key", new Caller("local", ["outlet", "default"]));
        Assert.Equal("outlet", (await orders.FindAsync(placed.OrderId!, Cancellation))!.Store);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("with space")]
    public async Task Without_a_usable_key_nothing_is_placed(string? key)
    {
        var (orders, instruments) = await OpenAsync();

        Assert.Equal("idempotency-key-required", (await PostAsync(orders, instruments, Samples.Read("native-order"), key)).Refusal!.Code);
    }

    [Fact]
    public async Task A_customer_is_told_once_of_a_confirmation_and_not_at_all_when_the_order_has_ended_since()
    {
        var (orders, instruments) = await OpenAsync();
        var accepted = await PostAsync(orders, instruments, Samples.Read("native-order"), "key");
        var order = (await orders.FindAsync(accepted.OrderId!, Cancellation))!;
        var confirmed = await orders.ChangeAsync(order, head => head.Held().WithPayment(PaymentStatus.Authorised) with { Version = head.Version + 1 }, Cancellation);
        var told = OrderEvents.Of(confirmed, confirmed.Lines!, ask: false);

        await NotifyAsync(told);
        await NotifyAsync(told with { Ask = true });
        await orders.ChangeAsync(confirmed, head => head.WithPayment(PaymentStatus.Declined, version: 2), Cancellation);
        await NotifyAsync(told with { Version = told.Version - 1 });

        Assert.Equal([("superseded", told.Version - 1), ("told", told.Version)], (await orders.ListNoticesAsync(order.Id, Cancellation)).Select(notice => (notice.Outcome, notice.Version)));

        Task NotifyAsync(OrderEvent fact) => NotifyCustomer.HandleAsync(fact, orders, TimeProvider.System, NullLogger.Instance, Cancellation);
    }

    private async Task<(OrderStore Orders, PaymentInstruments Instruments)> OpenAsync() =>
        (new OrderStore(await TestTable.OpenAsync(backends, "orders")), new PaymentInstruments(await TestTable.OpenAsync(backends, "payments")));

    private static Task<ApiResponse> PostAsync(OrderStore orders, PaymentInstruments instruments, byte[] body, string? key, Caller? caller = null)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["content-type"] = "application/json" };
        if (key is not null)
        {
            headers["idempotency-key"] = key;
        }

        var none = new Dictionary<string, string>(StringComparer.Ordinal);
        return PlaceOrder.HandleAsync(new ApiRequest("POST", "/v1/orders", "/v1/orders", none, none, headers, body, caller ?? new Caller("local", ["default"]), Cancellation), orders, instruments, TimeProvider.System);
    }
}
