using Oms.LocalAws.Proxy;

namespace Oms.Tests.Support;

/// <summary>Holds calls to AWS until as many wait as are expected, and then lets all of them go at once: the race that follows is a real one.</summary>
internal sealed class CallBarrier(int expected, Func<AwsCall, bool> stops)
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    /// <summary>How many waited at most; the expected number means that it has opened.</summary>
    public int Reached { get; private set; }

    public async Task PassAsync(AwsCall call, CancellationToken cancel)
    {
        if (_open.Task.IsCompleted || !stops(call))
        {
            return;
        }

        lock (_open)
        {
            Reached = Math.Max(Reached, ++_waiting);
        }

        if (Reached == expected)
        {
            _open.TrySetResult();
        }

        try
        {
            await _open.Task.WaitAsync(cancel);
        }
        finally
        {
            // A caller that gave up and calls again is one caller.
            lock (_open)
            {
                _waiting--;
            }
        }
    }
}
