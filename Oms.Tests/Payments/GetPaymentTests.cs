using System.Text.Json;
using Oms.Payments;
using Oms.ServiceDefaults.Http;
using Oms.Tests.LocalAws;
using Oms.Tests.Support;
using static Oms.Tests.Payments.Given;

namespace Oms.Tests.Payments;

public sealed class GetPaymentTests(SharedBackends backends)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_own_tenant_sees_the_payment_and_nobody_else_that_there_is_one()
    {
        var store = new PaymentStore(await TestTable.OpenAsync(backends, "payments"), new Random(1));
        await store.WriteAsync(Authorising, Stop);
        await store.WriteAsync(Authorised, Stop);

        var answer = await GetPayment.HandleAsync(Request(Given.OrderId, "local", "default"), store);
        Assert.Equal((200, "\"2\""), (answer.Status, answer.Headers["etag"]));
        var payment = JsonDocument.Parse(answer.Body!).RootElement;
        Assert.Equal(("Authorised", "44.70", "EUR", Key), (payment.GetProperty("state").GetString(), payment.GetProperty("amount").GetString(), payment.GetProperty("currency").GetString(), payment.GetProperty("attempts")[0].GetProperty("key").GetString()));
        Assert.Equal(["Authorising", "Authorised"], payment.GetProperty("history").EnumerateArray().Select(entry => entry.GetProperty("state").GetString()!));

        var other = await GetPayment.HandleAsync(Request(Given.OrderId, "somebody-else", "default"), store);
        var none = await GetPayment.HandleAsync(Request("ord_00000000000000000000000002", "local", "default"), store);
        Assert.Equal((404, 404), (other.Status, none.Status));
        Assert.Equal(none.Refusal, other.Refusal);
    }

    [Fact]
    public async Task A_token_of_another_store_does_not_see_that_there_is_a_payment()
    {
        var store = new PaymentStore(await TestTable.OpenAsync(backends, "payments"), new Random(1));
        await store.WriteAsync(Authorising, Stop);

        Assert.Equal(200, (await GetPayment.HandleAsync(Request(Given.OrderId, "local", "outlet", "default"), store)).Status);
        var none = await GetPayment.HandleAsync(Request("ord_00000000000000000000000002", "local", "default"), store);
        foreach (var stores in new string[][] { ["outlet"], [] })
        {
            var other = await GetPayment.HandleAsync(Request(Given.OrderId, "local", stores), store);
            Assert.Equal((404, none.Refusal), (other.Status, other.Refusal));
        }
    }

    [Fact]
    public async Task A_malformed_id_is_said_to_be_one()
    {
        var store = new PaymentStore(await TestTable.OpenAsync(backends, "payments"), new Random(1));
        Assert.Equal(400, (await GetPayment.HandleAsync(Request("42", "local"), store)).Status);
    }

    private static ApiRequest Request(string orderId, string tenant, params string[] stores) => new(
        "GET",
        "/v1/payments/" + orderId,
        "/v1/payments/{orderId}",
        new Dictionary<string, string> { ["orderId"] = orderId },
        new Dictionary<string, string>(),
        new Dictionary<string, string>(),
        default,
        new Caller(tenant, stores),
        Stop);
}
