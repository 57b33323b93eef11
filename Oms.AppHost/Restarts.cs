namespace Oms.AppHost;

/// <summary>A resource that dies is started again: after a second at first, after half a minute at most.</summary>
internal sealed class Restarts(DistributedApplication app)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (string State, TimeSpan Delay, long Since)> _seen = [];

    public async Task WatchAsync(CancellationToken stopping)
    {
        List<Task> restarts = [];
        try
        {
            await foreach (var change in app.ResourceNotifications.WatchAsync(stopping))
                if (change.Snapshot.State?.Text is { } state && DelayBeforeRestart(change.ResourceId, state) is { } delay)
                    restarts.Add(RestartAsync(change.ResourceId, state, delay, stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(restarts);
        }
    }

    /// <summary>Null while there is nothing to restart: it runs, it never ran, or somebody stopped it on purpose.</summary>
    private TimeSpan? DelayBeforeRestart(string resource, string state)
    {
        var (before, delay, since) = _seen.GetValueOrDefault(resource, ("", TimeSpan.Zero, TimeProvider.System.GetTimestamp()));
        if (before == state)
            return null;
        var died = KnownResourceStates.TerminalStates.Contains(state) && before == KnownResourceStates.Running;
        var next = delay == TimeSpan.Zero || TimeProvider.System.GetElapsedTime(since) > Steady ? Shortest : TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, Longest.Ticks));
        _seen[resource] = (state, died ? next : delay, state == KnownResourceStates.Running ? TimeProvider.System.GetTimestamp() : since);
        return died ? next : null;
    }

    private async Task RestartAsync(string resource, string state, TimeSpan delay, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(delay, stopping);
            Console.WriteLine($"{resource} is {state.ToLowerInvariant()}: starting it again.");
            var result = await app.ResourceCommands.ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, stopping);
            if (!result.Success)
                Console.WriteLine($"{resource} could not be started again: {result.Message}");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // the stack stops: nothing is started any more
        }
    }
}
