using System.Net;
using Microsoft.Extensions.Time.Testing;
using Oms.Contracts;
using Oms.Payments;
using Oms.ServiceDefaults.Store;
using Oms.Tests.LocalAws;
using Oms.Tests.Support;
using static Oms.Tests.Payments.Given;

namespace Oms.Tests.Payments;

public sealed class PaymentStoreTests(SharedBackends backends)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_state_is_read_as_it_was_written()
    {
        var told = NextStep.OnLooking(Authorised.WithCase("late-authorisation"), Gateway, Noon);
        foreach (var payment in new[] { Authorising, Unknown, Authorised, Declined, Voiding, Voided, Expired, Written(told), Payment.Tombstone(Due(), OrderWish.Close, "deadline", Noon) })
        {
            var read = PaymentStore.Read(PaymentStore.Write(payment, DueIndex.Shards));
            Assert.Equal(payment.History, read.History);
            Assert.Equal(payment with { History = read.History }, read);
        }

        var store = new PaymentStore(await TestTable.OpenAsync(backends, "payments"), new Random(1));
        await store.WriteAsync(Authorising, Stop);
        Assert.Equal(Authorising.Attempt, (await store.FindAsync(Given.OrderId, Stop))!.Attempt);
    }

    [Fact]
    public void A_head_from_before_there_was_a_mark_of_what_was_told_has_told_its_state()
    {
        foreach (var (payment, type) in new[] { (Authorised, EventTypes.PaymentAuthorised), (Declined, EventTypes.PaymentDeclined), (Unknown, EventTypes.PaymentUnknown), (Voiding, EventTypes.PaymentAuthorised) })
        {
            var item = PaymentStore.Write(payment, DueIndex.Shards);
            item.Remove("told");
            Assert.Equal(new EventMark(type, payment.Version, payment.At), PaymentStore.Read(item).Told);
        }
    }

    [Fact]
    public async Task The_first_version_is_written_once_and_the_loser_sees_the_winners()
    {
        var store = new PaymentStore(await TestTable.OpenAsync(backends, "payments"), new Random(1));
        var tombstone = Payment.Tombstone(Cancelled(), OrderWish.Release, "order-cancelled", Noon);
        Assert.True((await store.WriteAsync(tombstone, Stop)).Written);
        var (written, current) = await store.WriteAsync(Authorising, Stop);
        Assert.Equal((false, PaymentState.Expired), (written, current.State));
    }

    [Fact]
    public async Task Of_twenty_writers_of_one_version_one_wins()
    {
        var store = new PaymentStore(await TestTable.OpenAsync(backends, "payments"), new Random(1));
        await store.WriteAsync(Authorising, Stop);
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.WriteAsync(Authorised, Stop)));
        Assert.Single(results, result => result.Written);
        Assert.Equal(2, (await store.FindAsync(Given.OrderId, Stop))!.Version);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_won_and_not_overtaken_by_itself()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        using var lossy = new LosesOneAnswer();
        var store = new PaymentStore(await TestTable.OpenAsync(backends, "payments", clock, lossy), new Random(1));
        var writing = store.WriteAsync(Authorising, Stop);
        await lossy.Lost.Task.WaitAsync(Stop);
        while (!writing.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True((await writing).Written);
        Assert.Equal(2, lossy.Puts);
    }

    [Fact]
    public async Task The_relay_tells_the_heads_event_and_nothing_of_other_items()
    {
        var published = PaymentStore.EventOf(PaymentStore.Write(Authorised, DueIndex.Shards))!;
        Assert.Equal(("payments/" + Given.OrderId + "/2", EventTypes.PaymentAuthorised, PaymentStatus.Authorised, "44.70"), (published.Id, published.Type, published.Payment.Status, published.Payment.Amount));
        Assert.Equal(Order().TraceParent, published.TraceParent);
        Assert.Null(PaymentStore.EventOf(PaymentStore.Write(Written(NextStep.OnLooking(Authorised, Gateway, Noon.AddHours(1))), DueIndex.Shards)));

        var table = await TestTable.OpenAsync(backends, "payments");
        await new PaymentInstruments(table).PutAsync(Given.OrderId, "sim_approve", Stop);
        Assert.Null(PaymentStore.EventOf((await table.GetAsync(Given.OrderId, "instrument", Stop))!));
    }

    [Fact]
    public void A_head_stays_under_a_kilobyte_and_holds_no_token()
    {
        var text = string.Join('\n', PaymentStore.Write(Expired, DueIndex.Shards).SelectMany(pair => new[] { pair.Key, pair.Value.S, pair.Value.N }.Concat(pair.Value.L?.Select(line => line.S) ?? []).Concat(pair.Value.M?.SelectMany(inner => new[] { inner.Key, inner.Value.S, inner.Value.N }) ?? [])));
        Assert.InRange(text.Length, 300, 1000);
        Assert.DoesNotContain("sim_", text, StringComparison.Ordinal);
    }

    /// <summary>Lets the first PutItem reach DynamoDB and then breaks the connection.</summary>
    private sealed class LosesOneAnswer : DelegatingHandler
    {
        public TaskCompletionSource Lost { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Puts { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.Headers.TryGetValues("X-Amz-Target", out var target) && target.Single().EndsWith(".PutItem", StringComparison.Ordinal) && ++Puts == 1)
            {
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                response.Dispose();
                Lost.SetResult();
                throw new HttpRequestException("connection reset");
            }

            return response;
        }
    }
}
