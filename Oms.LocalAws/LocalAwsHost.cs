using Microsoft.Extensions.Logging.Abstractions;
using Oms.LocalAws.EventSources;
using Oms.LocalAws.Hosting;
using Oms.LocalAws.Lambda;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Schedules;
using Oms.LocalAws.Templates;
using Oms.LocalAws.Topology;

namespace Oms.LocalAws;

/// <summary>AWS on a laptop, running: the API of the template, its Lambda service, and the proxy in front of the backends.</summary>
public sealed class LocalAwsHost : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();

    private LocalAwsHost()
    {
    }

    public Uri ApiUrl { get; private set; } = new("http://127.0.0.1/");

    public Uri RuntimeUrl { get; private set; } = new("http://127.0.0.1/");

    public Uri AwsUrl { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The door to the backends: permissions, meter, and faults that tests set.</summary>
    public AwsProxy Proxy { get; private set; } = null!;

    /// <summary>The rules with a rate; a test may send one's input without waiting for its clock.</summary>
    public ScheduleRunner Schedules { get; private set; } = null!;

    public LocalTemplate Template { get; private set; } = new([], [], [], [], [], [], [], null);

    /// <summary>The environment for a process of one of the template's functions.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(string function, Uri? otlp = null) =>
        FunctionEnvironment.For(Template, function, new FunctionEndpoints(RuntimeUrl, AwsUrl, otlp));

    /// <summary>Starts all of it in this process; returns when the topology exists. Functions are processes of their own.</summary>
    public static async Task<LocalAwsHost> StartAsync(
        LocalAwsOptions options, TimeProvider? time = null, ILoggerFactory? logs = null, CancellationToken cancel = default)
    {
        var host = new LocalAwsHost();
        try
        {
            await host.StartPartsAsync(options, time ?? TimeProvider.System, logs ?? NullLoggerFactory.Instance, cancel);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
    }

    private async Task StartPartsAsync(LocalAwsOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken cancel)
    {
        // The ports come first: the template refers to them.
        var api = Own(await LoopbackServer.StartAsync(options.ApiPort, "api-port", logs, cancel));
        var runtime = Own(await LoopbackServer.StartAsync(options.RuntimePort, "runtime-port", logs, cancel));
        var aws = Own(await LoopbackServer.StartAsync(options.AwsPort, "aws-port", logs, cancel));
        (ApiUrl, RuntimeUrl, AwsUrl) = (api.Url, runtime.Url, aws.Url);
        Template = TemplateReader.ReadFile(options.Template, TemplateSettings.Local(options.Parameters, ApiUrl, AwsUrl));
        if (!options.TimeLimits)
            Template = TimeLimits.Lift(Template);

        var http = Own(new HttpClient { Timeout = TimeSpan.FromSeconds(30) });
        var lambda = Own(new LambdaService(Template.Functions, time, logs.CreateLogger<LambdaService>()));
        var runtimeApi = new RuntimeApi(lambda, time);
        runtime.Handler = runtimeApi.HandleAsync;

        var topology = Own(new TopologyKeeper(Template, new BackendEndpoints(options.DynamoDbUrl, options.MessagingUrl), http, time, logs.CreateLogger<TopologyKeeper>()));
        Proxy = Own(new AwsProxy(new AccessPolicy(Template.Functions), options.DynamoDbUrl, options.MessagingUrl, time, logs.CreateLogger<AwsProxy>()));
        Proxy.Meter.On = options.Meter;
        var recovery = Own(new TopologyRecovery(topology, logs.CreateLogger<TopologyRecovery>()));
        var sources = Own(new EventSourceRunner(Template, lambda, Proxy, options.State, time, logs.CreateLogger<EventSourceRunner>(), recovery.Missing));
        Schedules = Own(new ScheduleRunner(Template, Proxy, time, logs.CreateLogger<ScheduleRunner>()));
        recovery.Reread(sources);

        api.Handler = Own(new LocalApi(Template, lambda, ApiUrl, options.State, () => Missing(lambda, topology), http, time, logs, Proxy.Meter)).HandleAsync;
        await topology.ApplyAsync(cancel);
        aws.Handler = Proxy.HandleAsync;
        await sources.StartAsync();
        Schedules.Start();
    }

    private static IReadOnlyList<string> Missing(LambdaService lambda, TopologyKeeper topology) =>
    [
        .. topology.Applied ? Array.Empty<string>() : ["topology"],
        .. lambda.Status.Where(f => !f.HasPolled).Select(f => f.InitError is { } error ? $"{f.Function}: {error}" : f.Function),
    ];

    private T Own<T>(T part)
        where T : notnull
    {
        if (part as IAsyncDisposable is { } asynchronous)
            _parts.Push(asynchronous);
        else if (part is IDisposable disposable)
            _parts.Push(new Synchronous(disposable));
        return part;
    }

    private sealed class Synchronous(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
