using System.Collections.Concurrent;

namespace Oms.AppHost;

/// <summary>A resource that dies is started again: after a second at first, after half a minute at most.</summary>
internal sealed class Restarts(DistributedApplication app)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Seen> _seen = [];

    public async Task WatchAsync(CancellationToken stopping)
    {
        List<Task> restarts = [];
        try
        {
            await foreach (var change in app.ResourceNotifications.WatchAsync(stopping))
                if (change.Snapshot.State?.Text is { } state && Died(change.ResourceId, state) is { } died)
                    restarts.Add(RestartAsync(change.ResourceId, died, stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(restarts);
        }
    }

    /// <summary>Null while there is nothing to restart: it runs, it never ran, or somebody stopped it on purpose.</summary>
    private Seen? Died(string resource, string state)
    {
        var before = _seen.GetValueOrDefault(resource, new Seen("", TimeSpan.Zero, TimeProvider.System.GetTimestamp()));
        if (before.State == state)
            return null;
        var died = KnownResourceStates.TerminalStates.Contains(state) && before.State == KnownResourceStates.Running;
        var next = before.Delay == TimeSpan.Zero || TimeProvider.System.GetElapsedTime(before.Since) > Steady ? Shortest : TimeSpan.FromTicks(Math.Min(before.Delay.Ticks * 2, Longest.Ticks));
        Seen now = new(state, died ? next : before.Delay, state == KnownResourceStates.Running ? TimeProvider.System.GetTimestamp() : before.Since);
        _seen[resource] = now;
        return died ? now : null;
    }

    private async Task RestartAsync(string resource, Seen died, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(died.Delay, stopping);
            if (!ReferenceEquals(_seen[resource], died))
                return; // somebody was faster, and perhaps has stopped it again since
            Console.WriteLine($"{resource} is {died.State.ToLowerInvariant()}: starting it again.");
            var result = await app.ResourceCommands.ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, stopping);
            if (!result.Success)
                Console.WriteLine($"{resource} could not be started again: {result.Message}");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // the stack stops: nothing is started any more
        }
    }

    /// <param name="Delay">Before its next restart.</param>
    /// <param name="Since">When it began to run.</param>
    private sealed record Seen(string State, TimeSpan Delay, long Since);
}
