using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using Microsoft.Extensions.Logging;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Store;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.ServiceDefaults;

/// <summary>
/// Everything a function gets from outside: settings, clock, randomness, AWS clients, HTTP.
/// Tests and the simulation put their own in; product code reads no clock, makes no ids and opens no connection by itself.
/// </summary>
public sealed class FunctionServices : IAsyncDisposable
{
    /// <summary>Of one attempt. Short enough that two that hang leave time for a third within the 10 s of an API function; the invocation's own deadline bounds them all.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);

    private readonly Lazy<IAmazonDynamoDB> _dynamoDb;
    private readonly Lazy<IAmazonSimpleNotificationService> _sns;
    private readonly Lazy<IAmazonSQS> _sqs;

    /// <param name="settings">What the template says.</param>
    /// <param name="clock">The only clock.</param>
    /// <param name="random">For jitter, and to tell writers apart; decisions use none. Where invocations or orders run side by side it must bear many threads, as a seeded one does not.</param>
    /// <param name="httpHandler">Makes the handler under every outgoing call, AWS and gateways alike: the seam for the simulation. Then no credentials are looked for, and time-outs follow <paramref name="clock"/>. Null: sockets.</param>
    /// <param name="telemetry">Traces, metrics and logs.</param>
    public FunctionServices(FunctionSettings settings, TimeProvider clock, Random random, Func<HttpMessageHandler>? httpHandler, FunctionTelemetry telemetry)
    {
        Settings = settings;
        Clock = clock;
        Telemetry = telemetry;
        Retry = new RetryPolicy(clock, random);
        Random = random;
        Http = httpHandler is null
            ? new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            : new HttpClient(httpHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        var factory = httpHandler is null ? null : new HandlerFactory(httpHandler, clock);
        _dynamoDb = new(() => new AmazonDynamoDBClient(Configure(new AmazonDynamoDBConfig(), factory)));
        _sns = new(() => new AmazonSimpleNotificationServiceClient(Configure(new AmazonSimpleNotificationServiceConfig(), factory)));
        _sqs = new(() => new AmazonSQSClient(Configure(new AmazonSQSConfig(), factory)));
    }

    public FunctionSettings Settings { get; }

    public TimeProvider Clock { get; }

    public FunctionTelemetry Telemetry { get; }

    public RetryPolicy Retry { get; }

    public Random Random { get; }

    /// <summary>For gateways. Callers set their own time-out by cancellation token.</summary>
    public HttpClient Http { get; }

    public ILoggerFactory Logs => Telemetry.Logs;

    /// <summary>The function's own table, <c>OMS_TABLE</c>.</summary>
    public DynamoTable Table => field ??= new DynamoTable(_dynamoDb.Value, Settings.Table, Retry, Clock) { DueShards = Settings.DueShards };

    public PaymentInstruments Instruments => field ??= new PaymentInstruments(new DynamoTable(_dynamoDb.Value, Settings.InstrumentsTable, Retry, Clock));

    public EventPublisher Publisher
    {
        get => field ??= new EventPublisher(_sns.Value, Settings.TopicArn, Retry);
        init;
    }

    public InboxQueue OwnInbox
    {
        get => field ??= new InboxQueue(_sqs.Value, Settings.QueueUrl, Retry);
        init;
    }

    public InboxQueue Quarantine
    {
        get => field ??= new InboxQueue(_sqs.Value, Settings.QuarantineUrl, Retry);
        init;
    }

    public static FunctionServices FromEnvironment()
    {
        var settings = FunctionSettings.FromEnvironment();
#pragma warning disable RS0030, CA5394 // the one place where randomness comes from outside; it protects nothing
        return new FunctionServices(settings, TimeProvider.System, Random.Shared, httpHandler: null, FunctionTelemetry.Start(settings));
#pragma warning restore RS0030, CA5394
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_dynamoDb.IsValueCreated)
        {
            _dynamoDb.Value.Dispose();
        }

        if (_sns.IsValueCreated)
        {
            _sns.Value.Dispose();
        }

        if (_sqs.IsValueCreated)
        {
            _sqs.Value.Dispose();
        }

        await Telemetry.DisposeAsync();
    }

    private static T Configure<T>(T config, HttpClientFactory? factory)
        where T : ClientConfig
    {
        // The project's own RetryPolicy retries, on the injected clock, and knows which outcomes are certain.
        config.MaxErrorRetry = 0;
        config.Timeout = CallTimeout;
        if (factory is not null)
        {
            config.HttpClientFactory = factory;
            config.RegionEndpoint = RegionEndpoint.USEast1;
            config.DefaultAWSCredentials = new AnonymousAWSCredentials();
        }

        return config;
    }

    private sealed class HandlerFactory(Func<HttpMessageHandler> makeHandler, TimeProvider clock) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
            new(new TimeLimit(makeHandler(), clientConfig.Timeout ?? CallTimeout, clock)) { Timeout = Timeout.InfiniteTimeSpan };

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
}
