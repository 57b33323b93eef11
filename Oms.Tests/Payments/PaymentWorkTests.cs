using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using Amazon.SQS;
using Amazon.SQS.Model;
using Microsoft.Extensions.Time.Testing;
using Oms.Contracts;
using Oms.Payments;
using Oms.Payments.Gateway;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Store;
using Oms.Tests.LocalAws;
using Oms.Tests.Simulators;
using Oms.Tests.Support;
using static Oms.Tests.Payments.Given;

namespace Oms.Tests.Payments;

/// <summary>Events in, DynamoDB Local and the gateway simulator underneath.</summary>
public sealed class PaymentWorkTests(SharedBackends backends)
{
    private static readonly HttpClient Client = new();

    private readonly FakeTimeProvider _clock = new(Noon);
    private readonly List<SendMessageRequest> _sent = [];
    private readonly List<PublishBatchRequest> _published = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sim_approve", nameof(PaymentState.Authorised), "authorised")]
    [InlineData("sim_decline", nameof(PaymentState.Declined), "declined")]
    public async Task An_order_is_authorised_or_declined_once_however_often_it_says_so(string token, string state, string entry)
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var (work, store) = await StartAsync(simulator, token);
        for (var times = 0; times < 3; times++)
        {
            await AuthorisePayment.HandleAsync(Order(), work, Stop);
        }

        Assert.Equal((Enum.Parse<PaymentState>(state), 2L), await StateAsync(store));
        Assert.Equal([$"{entry} {Key}"], await simulator.LedgerAsync());
        Assert.Empty(_sent);
    }

    [Fact]
    public async Task At_once_and_from_everywhere_one_worker_calls()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var (work, store) = await StartAsync(simulator, "sim_approve");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AuthorisePayment.HandleAsync(Order(), work, Stop)));
        Assert.Equal((PaymentState.Authorised, 2L), await StateAsync(store));
        Assert.Equal([$"authorised {Key}"], await simulator.LedgerAsync());
    }

    [Theory]
    [InlineData("sim_error")] // it happened: asking finds it
    [InlineData("sim_lost")] // it did not: the same request again
    public async Task An_unknown_outcome_is_resolved_five_seconds_later(string token)
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var (work, store) = await StartAsync(simulator, token);
        await AuthorisePayment.HandleAsync(Order(), work, Stop);
        Assert.Equal((PaymentState.Unknown, 2L), await StateAsync(store));
        var wake = Assert.Single(_sent);
        Assert.Equal(5, wake.DelaySeconds);

        await ResolvePayment.HandleAsync(new DueMessage(EventTypes.PaymentDue, Given.OrderId), work, Stop);
        Assert.Equal((PaymentState.Unknown, 2L), await StateAsync(store));
        _clock.Advance(TimeSpan.FromSeconds(5));
        await ResolvePayment.HandleAsync(new DueMessage(EventTypes.PaymentDue, Given.OrderId), work, Stop);
        Assert.Equal(PaymentState.Authorised, (await StateAsync(store)).State);
        Assert.Equal([$"authorised {Key}"], await simulator.LedgerAsync());
    }

    [Fact]
    public async Task Without_its_instrument_a_payment_is_declined_and_the_gateway_not_called()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var (work, store) = await StartAsync(simulator, token: null);
        await AuthorisePayment.HandleAsync(Order(), work, Stop);
        var payment = await store.FindAsync(Given.OrderId, Stop);
        Assert.Equal((PaymentState.Declined, "instrument-missing"), (payment!.State, payment.DeclineCode));
        Assert.Empty(await simulator.LedgerAsync());
    }

    [Fact]
    public async Task A_cancelled_order_gets_its_money_back_and_a_question_afterwards_the_truth()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var (work, store) = await StartAsync(simulator, "sim_approve");
        await AuthorisePayment.HandleAsync(Order(), work, Stop);
        await ReleasePayment.HandleAsync(Cancelled(), work, Stop);
        await ReleasePayment.HandleAsync(Cancelled(), work, Stop);
        Assert.Equal((PaymentState.Voided, 4L), await StateAsync(store));
        Assert.Equal([$"authorised {Key}", $"canceled {Key}"], await simulator.LedgerAsync());

        await AnswerPaymentDue.HandleAsync(Due(), work, Stop);
        var answer = Assert.Single(Assert.Single(_published).PublishBatchRequestEntries);
        Assert.Equal(EventTypes.PaymentExpired, answer.MessageAttributes["type"].StringValue);
        Assert.Contains($"\"payments/{Given.OrderId}/4\"", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_clock_finds_what_is_due()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var (work, store) = await StartAsync(simulator, "sim_approve");
        var batches = new List<SendMessageBatchRequest>();
        using var sqs = Recorded<IAmazonSQS>.Answering(request =>
        {
            batches.Add((SendMessageBatchRequest)request);
            return Task.FromResult(new SendMessageBatchResponse { Failed = [] });
        });
        var inbox = new InboxQueue(sqs, "queue", new RetryPolicy(_clock, new Random(1)));
        await AuthorisePayment.HandleAsync(Order(), work, Stop);
        await ListDuePayments.HandleAsync(store, inbox, Stop);
        Assert.Empty(batches);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await ListDuePayments.HandleAsync(store, inbox, Stop);
        Assert.Contains(Given.OrderId, batches.Single().Entries.Single().MessageBody, StringComparison.Ordinal);
        await ResolvePayment.HandleAsync(new DueMessage(EventTypes.PaymentDue, Given.OrderId), work, Stop);
        await ListDuePayments.HandleAsync(store, inbox, Stop);
        Assert.Single(batches);
    }

    private static async Task<(PaymentState State, long Version)> StateAsync(PaymentStore store)
    {
        var payment = (await store.FindAsync(Given.OrderId, Stop))!;
        return (payment.State, payment.Version);
    }

    private async Task<(PaymentWork Work, PaymentStore Store)> StartAsync(RunningSimulator simulator, string? token)
    {
        var table = await TestTable.OpenAsync(backends, "payments", _clock);
        if (token is not null)
        {
            await new PaymentInstruments(table).PutAsync(Given.OrderId, token, Stop);
        }

        var sqs = Recorded<IAmazonSQS>.Answering(request =>
        {
            _sent.Add((SendMessageRequest)request);
            return Task.FromResult(new SendMessageResponse());
        });
        var sns = Recorded<IAmazonSimpleNotificationService>.Answering(request =>
        {
            _published.Add((PublishBatchRequest)request);
            return Task.FromResult(new PublishBatchResponse { Failed = [] });
        });
        return (Work(table, new SimulatedGateway(Client, simulator.Url, _clock), sns, sqs), new PaymentStore(table, new Random(2)));
    }
}
