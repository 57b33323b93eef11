using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Lambda;

/// <summary>One job of one function: it waits for a worker, runs until its deadline, and ends exactly once.</summary>
internal sealed class Invocation(string requestId, string traceHeader, string source, ReadOnlyMemory<byte> payload) : IDisposable
{
    private readonly TaskCompletionSource<InvocationResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private CancellationTokenRegistration _connection;

    public string RequestId => requestId;

    public string TraceHeader => traceHeader;

    public string Source => source;

    public ReadOnlyMemory<byte> Payload => payload;

    public Task<InvocationResult> Completion => _end.Task;

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Whoever ends it first wins; a response after a time-out finds it ended.</summary>
    public bool TryEnd(InvocationResult result) => _end.TrySetResult(result);

    /// <summary>Replaces the waiting limit by the running limit; ended invocations need neither.</summary>
    public void Limit(TimeProvider time, TimeSpan after, Action<Invocation> whenOver)
    {
        var timer = time.CreateTimer(static state => ((Action)state!)(), () => whenOver(this), after, System.Threading.Timeout.InfiniteTimeSpan);
        Interlocked.Exchange(ref _timer, timer)?.Dispose();
        if (_end.Task.IsCompleted) timer.Dispose();
    }

    /// <summary>Keeps an eye on the worker's connection until the invocation has ended.</summary>
    public void Watch(CancellationTokenRegistration connection)
    {
        _connection = connection;
        if (_end.Task.IsCompleted) connection.Unregister();
    }

    public void Dispose()
    {
        Interlocked.Exchange(ref _timer, null)?.Dispose();
        _connection.Unregister();
    }
}
