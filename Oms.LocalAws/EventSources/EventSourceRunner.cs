using Oms.LocalAws.Lambda;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.EventSources;

/// <summary>All event source mappings of a template: what they ask for is checked when this is made, before anything starts.</summary>
public sealed partial class EventSourceRunner : IAsyncDisposable
{
    private readonly List<SqsPoller> _queues = [];
    private readonly List<StreamPoller> _streams = [];
    private readonly ILogger<EventSourceRunner> _log;
    private readonly SemaphoreSlim _one = new(1, 1);
    private Running? _queueReaders;
    private Running? _streamReaders;

    /// <param name="template">What maps to what.</param>
    /// <param name="lambda">Invokes the functions.</param>
    /// <param name="proxy">Reads the sources, with the functions' own permissions.</param>
    /// <param name="stateFolder">Where positions in streams are kept.</param>
    /// <param name="time">Clock of windows, pauses and ages.</param>
    /// <param name="log">Says what is read in vain.</param>
    /// <param name="missing">Told the name of a queue or a table that the backend no longer has; it may be told often.</param>
    public EventSourceRunner(
        LocalTemplate template, LambdaService lambda, AwsProxy proxy, string stateFolder, TimeProvider time, ILogger<EventSourceRunner> log, Action<string> missing)
    {
        _log = log;
        foreach (var source in template.EventSources.Where(s => s.Enabled))
        {
            switch (source)
            {
                case QueueEventSource queue:
                    _queues.Add(new SqsPoller(queue, template, lambda, proxy, time, log, missing));
                    break;
                case StreamEventSource stream:
                    _streams.Add(new StreamPoller(stream, template, lambda, proxy, stateFolder, time, log, missing));
                    break;
                default:
                    throw new TemplateException($"LocalAws cannot poll the event source {source}");
            }
        }
    }

    public async Task StartAsync()
    {
        await _one.WaitAsync();
        try
        {
            _queueReaders ??= new Running(_queues.Select<SqsPoller, Func<CancellationToken, Task>>(q => q.RunAsync), LogStopped);
            _streamReaders ??= new Running(_streams.Select<StreamPoller, Func<CancellationToken, Task>>(s => s.RunAsync), LogStopped);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Reads every stream again from its start: after the messaging backend lost its queues, what they held comes back this way.</summary>
    public async Task RewindStreamsAsync()
    {
        await _one.WaitAsync();
        try
        {
            var running = _streamReaders;
            if (running is not null) await running.DisposeAsync();
            foreach (var stream in _streams) stream.Forget();
            if (running is not null) _streamReaders = new Running(_streams.Select<StreamPoller, Func<CancellationToken, Task>>(s => s.RunAsync), LogStopped);
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_queueReaders is not null) await _queueReaders.DisposeAsync();
        if (_streamReaders is not null) await _streamReaders.DisposeAsync();
        _queueReaders = _streamReaders = null;
        _one.Dispose();
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _all;

        public Running(IEnumerable<Func<CancellationToken, Task>> readers, Action<Exception> failed) =>
            _all = Task.WhenAll(readers.Select(read => KeepAsync(read, failed)));

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _all;
            _stop.Dispose();
        }

        private async Task KeepAsync(Func<CancellationToken, Task> read, Action<Exception> failed)
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    await read(_stop.Token);
                }
                catch (OperationCanceledException) when (_stop.IsCancellationRequested)
                {
                    return;
                }
#pragma warning disable CA1031 // a reader that ended for good would be noticed by nobody: it is logged and starts again
                catch (Exception unexpected)
#pragma warning restore CA1031
                {
                    failed(unexpected);
                    await Task.Delay(TimeSpan.FromSeconds(1), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "An event source stopped being read and is read again")]
    private partial void LogStopped(Exception exception);
}
