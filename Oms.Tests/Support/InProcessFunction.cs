using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Oms.LocalAws.Templates;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Telemetry;
using Oms.Simulation.Cloud;

namespace Oms.Tests.Support;

/// <summary>
/// One function inside the test process: the service's own role, asked by way of the Runtime API, with sockets of its own.
/// As in Lambda it takes one invocation at a time, or as many as AWS_LAMBDA_MAX_CONCURRENCY says.
/// </summary>
internal sealed class InProcessFunction : IFunctionRuntime
{
    /// <summary>The Runtime API was away (a restarted LocalAws).</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(50);

    private readonly LocalFunction _function;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly KeptLogs _logs = new();
    private Life? _life; // null while it is killed

    /// <param name="function">Of the template.</param>
    /// <param name="environment">As a process of the function would have it.</param>
    public InProcessFunction(LocalFunction function, IReadOnlyDictionary<string, string> environment)
    {
        _function = function;
        _environment = environment;
        _life = new Life(this);
    }

    public string Output => _logs.Text;

    public bool HasFailed => _life is { Loops: { IsFaulted: true } };

    public async Task KillAsync()
    {
        await _life!.DisposeAsync();
        _life = null;
    }

    public void Restart() => _life = new Life(this);

    public async ValueTask DisposeAsync()
    {
        if (_life is not null)
        {
            await _life.DisposeAsync();
        }

        _logs.Dispose();
    }

    /// <summary>From a start to a kill: what a process would take with it.</summary>
    private sealed class Life : IAsyncDisposable
    {
        private readonly LocalFunction _function;
        private readonly ILoggerFactory _logs;
        private readonly ILogger _log;
        private readonly SocketsHttpHandler _sockets = new() { UseProxy = false, ActivityHeadersPropagator = null };
        private readonly RuntimeApiClient _runtimeApi;
        private readonly FunctionServices _services;
        private readonly IFunctionRole _role;
        private readonly CancellationTokenSource _stop = new();
        private volatile bool _isKilled;

        public Life(InProcessFunction owner)
        {
            _function = owner._function;
            var level = Enum.Parse<LogLevel>(owner._environment["OMS_LOG_LEVEL"]);
            _logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(level).AddProvider(owner._logs));
            _log = _logs.CreateLogger(nameof(InProcessFunction));
            _runtimeApi = new RuntimeApiClient(owner._environment["AWS_LAMBDA_RUNTIME_API"]);
            var settings = new FunctionSettings(owner._environment);
            var aws = new Uri(owner._environment["AWS_ENDPOINT_URL_DYNAMODB"]);
            var sns = new Uri(owner._environment["AWS_ENDPOINT_URL_SNS"]);
            var gateway = settings.Optional("OMS_GATEWAY_URL") is null ? null : settings.GatewayUrl;
            _services = new FunctionServices(settings, TimeProvider.System, Random.Shared, () => new LocalAwsCalls(_sockets, _function.Name, aws, sns, gateway), FunctionTelemetry.LogsOnly(_logs));
            _role = Roles.Of(_function, _services);
            var atOnce = int.Parse(settings.Optional("AWS_LAMBDA_MAX_CONCURRENCY") ?? "1", CultureInfo.InvariantCulture);
            Loops = Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(LoopAsync)));
        }

        public Task Loops { get; }

        public async ValueTask DisposeAsync()
        {
            // The connections first: whoever then learns of the end can answer nobody any more.
            _isKilled = true;
            _runtimeApi.Dispose();
            _sockets.Dispose();
            await _stop.CancelAsync();
            await Loops;
            await _services.DisposeAsync();
            _logs.Dispose();
            _stop.Dispose();
        }

        private async Task LoopAsync()
        {
            while (!_isKilled)
            {
                try
                {
                    using var work = await _runtimeApi.NextAsync(_stop.Token);
                    await WorkAsync(work);
                }
                catch (Exception gone) when (_isKilled && gone is OperationCanceledException or ObjectDisposedException or HttpRequestException or IOException)
                {
                    return;
                }
                catch (Exception away) when (away is HttpRequestException or IOException)
                {
                    await Task.Delay(AskAgain, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }

        private async Task WorkAsync(RuntimeApiWork work)
        {
            // Nobody listens to the services' spans here. Under an activity the trace context travels all the same, so that items are as large as they are elsewhere.
            using var activity = new Activity(_function.Name).SetIdFormat(ActivityIdFormat.W3C).Start();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            deadline.CancelAfter(work.Left - Invocation.Reserve is { Ticks: > 0 } left ? left : TimeSpan.Zero);
            Stream output;
            try
            {
                output = await _role.HandleAsync(work.Event, new Invocation(work.RequestId, deadline.Token));
            }
#pragma warning disable CA1031 // Lambda reports whatever a handler throws
            catch (Exception fault)
#pragma warning restore CA1031
            {
                if (_isKilled)
                {
                    return;
                }

                _log.LogError(fault, "{RequestId} failed", work.RequestId);
                await _runtimeApi.FailAsync(work.RequestId, fault, _stop.Token);
                return;
            }

            await using (output)
            {
                await _runtimeApi.RespondAsync(work.RequestId, output, _stop.Token);
            }
        }
    }
}
