using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Oms.ServiceDefaults.Telemetry;

/// <summary>
/// Traces, metrics and logs of a function. One trace shows an order's whole way: the trace context travels in every event and in the head.
/// Without <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> nothing is exported, but the context still travels.
/// </summary>
public sealed class FunctionTelemetry : IAsyncDisposable
{
    public const string Name = "Oms";

    private static readonly ActivitySource Source = new(Name);
    private const int LastWords = 500; // milliseconds

    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _duration;
    private readonly ServiceProvider? _provider;
    private readonly ActivityListener? _listener;

    private FunctionTelemetry(ServiceProvider? provider, ILoggerFactory logs, bool propagates)
    {
        _provider = provider;
        _duration = _meter.CreateHistogram<double>("oms.use_case.duration", "s", "Time of one use case, by use case and outcome");
        Logs = logs;
        if (propagates)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = static source => source.Name == Name,
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            };
            ActivitySource.AddActivityListener(_listener);
        }
    }

    public ILoggerFactory Logs { get; }

    public static FunctionTelemetry Start(FunctionSettings settings)
    {
        var exports = settings.OtlpEndpoint is not null;
        var services = new ServiceCollection();
        services.AddLogging(logging =>
        {
            logging.SetMinimumLevel(Enum.TryParse<LogLevel>(settings.Optional("OMS_LOG_LEVEL"), ignoreCase: true, out var level) ? level : LogLevel.Warning);
            logging.Configure(static options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
            logging.AddJsonConsole(static console => console.IncludeScopes = true);
        });
        if (exports)
        {
            services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService(settings.FunctionName, serviceNamespace: "oms"))
                .WithTracing(static tracing => tracing.AddSource(Name).AddOtlpExporter())
                .WithMetrics(static metrics => metrics.AddMeter(Name).AddOtlpExporter())
                .WithLogging(static logs => logs.AddOtlpExporter());
            services.AddLogging(static logging => logging.AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.Information));
        }

        var provider = services.BuildServiceProvider();
        foreach (var hosted in provider.GetServices<IHostedService>())
        {
            // OpenTelemetry's own: it builds the providers, synchronously.
            hosted.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        return new FunctionTelemetry(provider, provider.GetRequiredService<ILoggerFactory>(), propagates: !exports);
    }

    /// <summary>Logs only: no span is made and no trace context travels, so what is written depends on nothing that is random.</summary>
    public static FunctionTelemetry LogsOnly(ILoggerFactory logs) => new(provider: null, logs, propagates: false);

    /// <summary>The span of an HTTP use case; a child of the caller's <c>traceparent</c>.</summary>
    public static Activity? StartServer(string useCase, string? traceParent) => Start(useCase, ActivityKind.Server, traceParent);

    /// <summary>The span of a use case that a message started; a child of the event's own context, also when a batch mixes orders.</summary>
    public static Activity? StartConsumer(string useCase, string? traceParent) => Start(useCase, ActivityKind.Consumer, traceParent);

    /// <summary>The span of handing an event to SNS.</summary>
    public static Activity? StartProducer(string eventType, string? traceParent) => Start("Relay " + eventType, ActivityKind.Producer, traceParent);

    /// <summary>The span of an outgoing call, only inside a use case: polling makes no traces.</summary>
    public static Activity? StartClient(string name) => Activity.Current is null ? null : Source.StartActivity(name, ActivityKind.Client);

    /// <summary>What is logged by <paramref name="log"/> belongs to <paramref name="span"/>.</summary>
    public static void Within(Activity? span, Action log)
    {
        var outer = Activity.Current;
        Activity.Current = span;
        try
        {
            log();
        }
        finally
        {
            Activity.Current = outer;
        }
    }

    /// <summary>The context to write into a head or an event: the current span's.</summary>
    public static string? CurrentTraceParent => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    public void Count(string useCase, string outcome, TimeSpan duration) =>
        _duration.Record(duration.TotalSeconds, new("use_case", useCase), new("outcome", outcome));

    /// <summary>Sends what is buffered; Lambda freezes the process after the answer.</summary>
    public void Flush()
    {
        _provider?.GetService<TracerProvider>()?.ForceFlush(2000);
        _provider?.GetService<MeterProvider>()?.ForceFlush(2000);
        _provider?.GetService<LoggerProvider>()?.ForceFlush(2000);
    }

    public async ValueTask DisposeAsync()
    {
        _listener?.Dispose();
        _meter.Dispose();
        if (_provider is not null)
        {
            // A collector that is gone does not hold up the end, for which each of them would wait five seconds and more.
            _provider.GetService<TracerProvider>()?.Shutdown(LastWords);
            _provider.GetService<MeterProvider>()?.Shutdown(LastWords);
            _provider.GetService<LoggerProvider>()?.Shutdown(LastWords);
            await _provider.DisposeAsync();
        }
    }

    private static Activity? Start(string name, ActivityKind kind, string? traceParent)
    {
        // Without a parent of its own, a use case starts a trace: never a child of whatever span happens to be current.
        var parent = ActivityContext.TryParse(traceParent, null, isRemote: true, out var given) ? given : default;
        var outer = Activity.Current;
        Activity.Current = null;
        var span = Source.StartActivity(name, kind, parent);
        if (span is null)
        {
            Activity.Current = outer;
        }

        return span;
    }
}
