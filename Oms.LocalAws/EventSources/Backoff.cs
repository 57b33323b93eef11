namespace Oms.LocalAws.EventSources;

/// <summary>Waits longer after each failure in a row, up to a limit.</summary>
internal sealed class Backoff(TimeProvider time, TimeSpan first, TimeSpan most)
{
    private TimeSpan _next;

    public void Reset() => _next = TimeSpan.Zero;

    public async Task WaitAsync(CancellationToken cancel)
    {
        _next = TimeSpan.FromTicks(Math.Clamp(_next.Ticks * 2, first.Ticks, most.Ticks));
        await Task.Delay(_next, time, cancel);
    }
}
