using Oms.LocalAws.EventSources;
using Oms.LocalAws.Topology;

namespace Oms.LocalAws.Hosting;

/// <summary>
/// A backend may keep what it has in memory, and lose it when it dies. When a queue or a table is missing, the topology is created again, and the streams
/// are read from their start: what queues held can only come back from there.
/// </summary>
internal sealed partial class TopologyRecovery(TopologyKeeper topology, ILogger<TopologyRecovery> log) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task _restoring = Task.CompletedTask;
    private Task _rereading = Task.CompletedTask;

    /// <summary>Told by every reader of every missing queue or table; one restoration at a time serves them all.</summary>
    public void Missing(string source)
    {
        lock (_gate)
        {
            if (!_restoring.IsCompleted || _stop.IsCancellationRequested) return;
            LogMissing(source);
            _restoring = TryAsync(() => topology.RestoreAsync(_stop.Token));
        }
    }

    public void Reread(EventSourceRunner sources) => topology.TopologyLost += (_, _) =>
    {
        lock (_gate) _rereading = Task.WhenAll(_rereading, TryAsync(sources.RewindStreamsAsync));
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _restoring;
        await _rereading;
        _stop.Dispose();
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
#pragma warning disable CA1031 // whatever went wrong, the readers meet what is missing again and this is tried again
        catch (Exception failed) when (failed is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailed(failed);
        }
        catch (OperationCanceledException)
        {
            // LocalAws stops.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The backend no longer has {Source}: the topology is created again")]
    private partial void LogMissing(string source);

    [LoggerMessage(2, LogLevel.Error, "The topology could not be restored")]
    private partial void LogFailed(Exception exception);
}
