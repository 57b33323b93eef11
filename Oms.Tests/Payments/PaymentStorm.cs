using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using Amazon.SQS;
using Amazon.SQS.Model;
using Microsoft.Extensions.Time.Testing;
using Oms.Contracts;
using Oms.Payments;
using Oms.Payments.Gateway;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Store;
using Oms.Tests.Support;

namespace Oms.Tests.Payments;

/// <summary>A world of one order, its payment workers, one table and one gateway, in which a number decides what happens next.</summary>
internal sealed class PaymentStorm : IDisposable
{
    private readonly FakeTimeProvider _clock = new(Given.Noon);
    private readonly Dictionary<string, Dictionary<string, AttributeValue>> _items = [];
    private readonly List<Parked> _parked = [];
    private readonly List<Task> _workers = [];
    private readonly PaymentWork _work;
    private readonly IAmazonDynamoDB _dynamoDb;
    private readonly IAmazonSQS _sqs;
    private readonly IAmazonSimpleNotificationService _sns;

    public PaymentStorm()
    {
        SynchronizationContext.SetSynchronizationContext(null); // continuations run where the schedule completes their call
        Gateway = new StormGateway(this);
        _dynamoDb = Recorded<IAmazonDynamoDB>.Answering(OnDynamoDb);
        _sqs = Recorded<IAmazonSQS>.Answering(request => Park(() => request is SendMessageRequest ? new SendMessageResponse() : throw new NotSupportedException()));
        _sns = Recorded<IAmazonSimpleNotificationService>.Answering(request => Park(() => request is PublishBatchRequest ? new PublishBatchResponse { Failed = [] } : throw new NotSupportedException()));
        var table = new DynamoTable(_dynamoDb, "oms-payments", new RetryPolicy(_clock, new Random(1)), _clock);
        _items["instrument"] = DynamoTable.Key(Given.OrderId, "instrument");
        _items["instrument"]["token"] = new AttributeValue { S = "sim_approve" };
        _work = Given.Work(table, Gateway, _sns, _sqs);
    }

    public StormGateway Gateway { get; }

    /// <summary>The head's versions as they were committed.</summary>
    public List<Payment> Versions { get; } = [];

    public DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>One thing happens.</summary>
    public void Move(int move)
    {
        switch (move)
        {
            case < 6:
                Start(stop => AuthorisePayment.HandleAsync(Given.Order(ask: move == 0), _work, stop));
                break;
            case < 9:
                Start(stop => AnswerPaymentDue.HandleAsync(Given.Due(), _work, stop));
                break;
            case < 11:
                Start(stop => ReleasePayment.HandleAsync(Given.Cancelled(), _work, stop));
                break;
            case < 20:
                Look();
                break;
            case < 32:
                Advance(move switch { < 24 => TimeSpan.FromSeconds(5), < 28 => TimeSpan.FromSeconds(31), < 31 => TimeSpan.FromMinutes(3), _ => TimeSpan.FromHours(1) });
                break;
            case < 35:
                Pick(move)?.FailBefore();
                break;
            case < 43:
                Pick(move)?.LoseAnswer();
                break;
            case < 45:
                Pick(move)?.Die();
                break;
            default:
                Pick(move)?.GoOn();
                break;
        }

        _parked.RemoveAll(static call => call.IsOver);
    }

    /// <summary>No more faults: everything on its way arrives, and the clock goes on until nothing is due.</summary>
    public void CalmDown()
    {
        for (var look = 0; look < 60; look++)
        {
            Drain();
            Advance(TimeSpan.FromMinutes(look < 10 ? 3 : 61));
            if (look == 10 && Versions is [.., { IsFinal: false, State: not PaymentState.Authorised }])
            {
                Start(stop => AnswerPaymentDue.HandleAsync(Given.Due(), _work, stop)); // the order asks at its deadline
            }

            Look();
            Drain();
        }

        // Workers that died never end; the others may have thrown what was done to them, which is what brings their message back.
        Assert.All(_workers, static worker => Assert.False(worker.Exception?.InnerException is not null and not (HttpRequestException or PaymentContentionException), worker.Exception?.InnerException?.ToString()));
    }

    /// <summary>Parks a call before its effect, and again before its answer.</summary>
    public Task<T> Park<T>(Func<T> effect, Func<T>? givenUp = null)
    {
        var call = new Parked<T>(effect, givenUp, Now);
        _parked.Add(call);
        return call.Task;
    }

    public void Dispose()
    {
        _dynamoDb.Dispose();
        _sqs.Dispose();
        _sns.Dispose();
    }

    private void Look() => Start(stop => ResolvePayment.HandleAsync(new DueMessage(EventTypes.PaymentDue, Given.OrderId), _work, stop));

    private void Start(Func<CancellationToken, Task> handle) => _workers.Add(handle(CancellationToken.None));

    private void Drain()
    {
        while (_parked.Count > 0)
        {
            _parked[0].GoOn();
            _parked.RemoveAll(static call => call.IsOver);
            if (_parked.Count == 0)
            {
                _clock.Advance(TimeSpan.FromSeconds(1)); // back-offs
            }
        }
    }

    /// <summary>A request that was sent arrives within two minutes or never: the one thing that is taken for granted of the network.</summary>
    private void Advance(TimeSpan time)
    {
        foreach (var late in _parked.Where(call => call.Since + PaymentTimes.Settled <= Now + time).ToList())
        {
            late.Arrive();
        }

        _clock.Advance(time);
        _parked.RemoveAll(static call => call.IsOver);
    }

    private Parked? Pick(int move) => _parked.Count == 0 ? null : _parked[move % _parked.Count];

    private object OnDynamoDb(object request) => request switch
    {
        GetItemRequest get => Park(() => new GetItemResponse { Item = _items.GetValueOrDefault(get.Key["sk"].S) is { } item ? new(item) : null }),
        PutItemRequest put => Park(() =>
        {
            var existing = _items.GetValueOrDefault("head");
            var holds = put.ConditionExpression == "attribute_not_exists(pk)" ? existing is null : existing?["version"].N == put.ExpressionAttributeValues[":was"].N;
            if (!holds)
            {
                throw new ConditionalCheckFailedException("The conditional request failed") { Item = existing is null ? [] : new(existing) };
            }

            _items["head"] = new(put.Item);
            Versions.Add(PaymentStore.Read(put.Item));
            return new PutItemResponse();
        }),
        _ => throw new NotSupportedException(request.GetType().Name),
    };

    /// <summary>A call between its worker and the world.</summary>
    private abstract class Parked(DateTimeOffset since)
    {
        public DateTimeOffset Since => since;

        public abstract bool IsOver { get; }

        public abstract void Arrive();

        public abstract void GoOn();

        public abstract void FailBefore();

        public abstract void LoseAnswer();

        public abstract void Die();
    }

    private sealed class Parked<T>(Func<T> effect, Func<T>? givenUp, DateTimeOffset since) : Parked(since)
    {
        private readonly TaskCompletionSource<T> _caller = new();
        private Func<Task<T>>? _result;
        private bool _callerIsGone;

        public Task<T> Task => _caller.Task;

        public override bool IsOver => _result is not null && (_callerIsGone || _caller.Task.IsCompleted);

        public override void Arrive()
        {
            if (_result is not null)
            {
                return;
            }

            try
            {
                var value = effect();
                _result = () => System.Threading.Tasks.Task.FromResult(value);
            }
            catch (ConditionalCheckFailedException refused)
            {
                _result = () => System.Threading.Tasks.Task.FromException<T>(refused);
            }
        }

        public override void GoOn()
        {
            if (_result is null)
            {
                Arrive();
                return;
            }

            Answer(_result);
        }

        public override void FailBefore()
        {
            if (_result is null)
            {
                _result = Broken;
                Answer(Broken);
            }
        }

        /// <summary>The caller gives up; a gateway's request may still be on its way and arrive later, any other has arrived.</summary>
        public override void LoseAnswer()
        {
            if (givenUp is null)
            {
                Arrive();
            }

            Answer(Broken);
            _callerIsGone = true;
        }

        public override void Die()
        {
            _callerIsGone = true;
            _result ??= Broken;
        }

        private Task<T> Broken() =>
            givenUp is null ? System.Threading.Tasks.Task.FromException<T>(new HttpRequestException("connection reset")) : System.Threading.Tasks.Task.FromResult(givenUp());

        private void Answer(Func<Task<T>> result)
        {
            if (!_callerIsGone && !_caller.Task.IsCompleted)
            {
                _caller.SetFromTask(result());
            }
        }
    }
}

/// <summary>A gateway that keeps Stripe's rule: one effect per key.</summary>
internal sealed class StormGateway(PaymentStorm storm) : IPaymentGateway
{
    private readonly HashSet<string> _voided = [];

    public GatewayTraits Traits => Given.Gateway;

    public List<Authorisation> Authorised { get; } = [];

    public bool HoldsMoney => Authorised.Any(authorisation => !_voided.Contains(authorisation.Key));

    public Task<GatewayOutcome> AuthoriseAsync(Authorisation authorisation, CancellationToken cancellation) => storm.Park<GatewayOutcome>(
        () =>
        {
            if (!Authorised.Exists(known => known.Key == authorisation.Key))
            {
                Authorised.Add(authorisation);
            }

            return new GatewayOutcome.Approved(authorisation.Key);
        },
        static () => new GatewayOutcome.Unknown("time-out"));

    public Task<GatewayOutcome> FindAsync(string key, CancellationToken cancellation) => storm.Park<GatewayOutcome>(
        () => !Authorised.Exists(known => known.Key == key) ? new GatewayOutcome.NotFound()
            : _voided.Contains(key) ? new GatewayOutcome.Voided()
            : new GatewayOutcome.Approved(key),
        static () => new GatewayOutcome.Unknown("time-out"));

    public Task<GatewayOutcome> VoidAsync(string reference, CancellationToken cancellation) => storm.Park<GatewayOutcome>(
        () =>
        {
            _voided.Add(reference);
            return new GatewayOutcome.Voided();
        },
        static () => new GatewayOutcome.Unknown("time-out"));
}
