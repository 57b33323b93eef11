using Amazon.DynamoDBv2.Model;
using Oms.Payments;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Store;
using Oms.Tests.LocalAws;
using Oms.Tests.Support;
using static Oms.Tests.Payments.Given;

namespace Oms.Tests.Payments;

/// <summary>Heads that newer code has written, read and changed by this one.</summary>
public sealed class NewerPaymentTests(SharedBackends backends)
{
    private static Payment Full => Authorising with { Version = 1, Reference = "r", DeclineCode = "d", Case = new PaymentCase("c", Told: true) };

    [Fact]
    public void Every_attribute_that_is_written_is_a_known_one_and_every_known_one_is_written() =>
        Assert.Equal(PaymentStore.HeadAttributes.Order(StringComparer.Ordinal), PaymentStore.Write(Full, DueIndex.Shards).Keys.Append("op").Order(StringComparer.Ordinal));

    [Fact]
    public async Task What_newer_code_has_added_survives_every_change_and_what_is_cleared_stays_cleared()
    {
        var table = await TestTable.OpenAsync(backends, "payments");
        var store = new PaymentStore(table, new Random(1));
        await store.WriteAsync(Full, TestContext.Current.CancellationToken);
        await NewerAttributes.AddAsync(table, Given.OrderId, "head");

        var payment = (await store.FindAsync(Given.OrderId, TestContext.Current.CancellationToken))!;
        Assert.True((await store.WriteAsync(payment.Same(tell: null, Noon) with { DueAt = null }, TestContext.Current.CancellationToken)).Written);
        var item = await NewerAttributes.AssertThereAsync(table, Given.OrderId, "head");
        Assert.DoesNotContain(item.Keys, static name => name is "outbox" or "dueAt" or "dueShard");

        // Overtaken, it goes on from what stands there.
        var (written, current) = await store.WriteAsync(payment.Same(tell: null, Noon), TestContext.Current.CancellationToken);
        Assert.False(written);
        Assert.True((await store.WriteAsync(current.To(PaymentState.Unknown, "gateway", "time-out", null, Noon), TestContext.Current.CancellationToken)).Written);
        await NewerAttributes.AssertThereAsync(table, Given.OrderId, "head");
    }

    [Fact]
    public void What_stands_behind_an_entry_of_the_history_stays_with_it()
    {
        var item = PaymentStore.Write(Full, DueIndex.Shards);
        item["history"].L[0].S += "|later";
        Assert.Equal(item["history"].L[0].S, PaymentStore.Write(PaymentStore.Read(item), DueIndex.Shards)["history"].L[0].S);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("wish")]
    [InlineData("attempt")]
    [InlineData("case")]
    [InlineData("told")]
    public void What_this_code_would_misread_or_write_again_with_less_in_it_is_refused(string attribute)
    {
        var item = PaymentStore.Write(Full, DueIndex.Shards);
        PaymentStore.Read(item);
        if (item[attribute].M is { } map)
        {
            map["later"] = new AttributeValue { N = "1" };
        }
        else
        {
            item[attribute].S += "|later";
        }

        Assert.Throws<NewerCodeException>(() => PaymentStore.Read(item));
    }

    [Fact]
    public void A_type_of_event_that_is_newer_goes_out_as_it_is()
    {
        var item = PaymentStore.Write(Authorised, DueIndex.Shards);
        item["outbox"].S = "payment.captured.v1";
        Assert.Equal("payment.captured.v1", PaymentStore.EventOf(item)!.Type);

        // What tells nothing stops nobody, whatever it says.
        item.Remove("outbox");
        item["state"].S = "Captured";
        Assert.Null(PaymentStore.EventOf(item));
    }
}
