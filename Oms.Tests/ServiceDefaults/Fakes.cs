using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using Amazon.SQS;
using Amazon.SQS.Model;
using Oms.Contracts;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Telemetry;
using Oms.Tests.Support;

namespace Oms.Tests.ServiceDefaults;

/// <summary>What a function gets from outside, with SNS and SQS that answer as told and keep what they were asked.</summary>
internal sealed class Fakes : IAsyncDisposable
{
    private readonly IAmazonSimpleNotificationService _sns;
    private readonly IAmazonSQS _sqs;

    public Fakes()
    {
        FunctionSettings settings = new(new Dictionary<string, string>(StringComparer.Ordinal) { ["OTEL_SERVICE_NAME"] = "test", ["OMS_LOG_LEVEL"] = "None" });
        Clock = new ImpatientClock();
        var retry = new RetryPolicy(Clock, new Random(1));
        _sns = Recorded<IAmazonSimpleNotificationService>.Answering(request =>
        {
            Published.Add((PublishBatchRequest)request);
            return Answer(() => OnPublish((PublishBatchRequest)request));
        });
        _sqs = Recorded<IAmazonSQS>.Answering(request => request switch
        {
            SendMessageRequest sent => Answer(() => OnSend!(sent)),
            ChangeMessageVisibilityRequest shown => Answer(() => OnShow!(shown)),
            _ => throw new NotSupportedException(request.GetType().Name),
        });
        Services = new FunctionServices(settings, Clock, new Random(1), httpHandler: null, FunctionTelemetry.Start(settings))
        {
            Publisher = new EventPublisher(_sns, "arn:aws:sns:us-east-1:000000000000:oms-test", retry),
            OwnInbox = new InboxQueue(_sqs, "http://sqs.test/inbox", retry),
            Quarantine = new InboxQueue(_sqs, "http://sqs.test/quarantine", retry),
        };
        OnSend = sent =>
        {
            Sent.Add(sent);
            return new SendMessageResponse();
        };
        OnShow = shown =>
        {
            Shown.Add(shown);
            return new ChangeMessageVisibilityResponse();
        };
    }

    public ImpatientClock Clock { get; }

    public FunctionServices Services { get; }

    public List<PublishBatchRequest> Published { get; } = [];

    public List<SendMessageRequest> Sent { get; } = [];

    public List<ChangeMessageVisibilityRequest> Shown { get; } = [];

    /// <summary>Takes everything, unless told otherwise.</summary>
    public Func<PublishBatchRequest, PublishBatchResponse> OnPublish { get; set; } = static _ => new PublishBatchResponse();

    public Func<SendMessageRequest, SendMessageResponse> OnSend { get; set; }

    public Func<ChangeMessageVisibilityRequest, ChangeMessageVisibilityResponse> OnShow { get; set; }

    /// <summary>The ids of the events of each call.</summary>
    public IEnumerable<IReadOnlyList<string>> PublishedIds =>
        Published.Select(static call => call.PublishBatchRequestEntries.Select(static entry => System.Text.Json.JsonDocument.Parse(entry.Message).RootElement.GetProperty("id").GetString()!).ToList());

    public static StockEvent Stock(string orderId, long version = 1, int shortages = 0, string? traceParent = null) => new()
    {
        Id = StockEvent.IdOf(orderId, version),
        Type = EventTypes.StockHeld,
        Tenant = "tenant",
        Store = "default",
        OrderId = orderId,
        Version = version,
        At = DateTimeOffset.UnixEpoch,
        TraceParent = traceParent,
        Stock = new StockSnapshot { Status = StockStatus.Held, OrderVersion = 1, Shortages = shortages == 0 ? null : [new Shortage(new string('s', shortages), 1, null)] },
    };

    public static OrderEvent Order(string orderId, long version = 1, Payer payer = Payer.Later) => new()
    {
        Id = OrderEvent.IdOf(orderId, version),
        Type = EventTypes.OrderPlaced,
        Tenant = "tenant",
        Store = "default",
        OrderId = orderId,
        Version = version,
        At = DateTimeOffset.UnixEpoch,
        Order = new OrderSnapshot { State = OrderState.Received, Payer = payer, Currency = "EUR", Total = "1.00", AmountToCollect = "1.00", Lines = [] },
    };

    public async ValueTask DisposeAsync()
    {
        _sns.Dispose();
        _sqs.Dispose();
        await Services.DisposeAsync();
    }

    private static Task<T> Answer<T>(Func<T> answer)
    {
        try
        {
            return Task.FromResult(answer());
        }
        catch (Exception fault) when (fault is Amazon.Runtime.AmazonServiceException or HttpRequestException)
        {
            return Task.FromException<T>(fault);
        }
    }
}
