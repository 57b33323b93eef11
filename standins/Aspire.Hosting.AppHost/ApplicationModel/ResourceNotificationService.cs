using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

public class ResourceNotificationService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _last = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Channel<ResourceEvent>> _watchers = [];

    internal ResourceNotificationService()
    {
    }

    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>();
        lock (_lock)
        {
            foreach (var known in _last.Values)
                channel.Writer.TryWrite(known);
            _watchers.Add(channel);
        }
        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken))
                yield return change;
        }
        finally
        {
            lock (_lock)
                _watchers.Remove(channel);
        }
    }

    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var change in WatchAsync(cancellationToken))
            if (change.Resource.Name.Equals(resourceName, StringComparison.OrdinalIgnoreCase) && predicate(change))
                return change;
        throw new OperationCanceledException(cancellationToken);
    }

    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var change = await WaitForResourceAsync(resourceName, change => change.Snapshot.State is { } state && targetStates.Contains(state.Text), cancellationToken);
        return change.Snapshot.State!.Text;
    }

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var change = await WaitForResourceAsync(resourceName, IsSettled, cancellationToken);
        return change.Snapshot.HealthStatus is HealthStatus.Healthy
            ? change
            : throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy because it failed to start.");

        bool IsSettled(ResourceEvent change) => change.Snapshot.HealthStatus is HealthStatus.Healthy
            || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && change.Snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text));
    }

    internal void Publish(IResource resource, CustomResourceSnapshot snapshot)
    {
        lock (_lock)
        {
            if (_last.TryGetValue(resource.Name, out var known) && known.Snapshot == snapshot)
                return;
            var change = _last[resource.Name] = new ResourceEvent(resource, resource.Name, snapshot);
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(change);
        }
    }
}
