using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Lambda;

/// <summary>
/// Matches the invocations of one function with the workers that ask for them: whoever waits longest gets the
/// next job, each job goes to one worker only, and a worker that leaves while it waits takes nothing with it.
/// </summary>
internal sealed class FunctionQueue(LocalFunction function)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Invocation> _pending = new();
    private readonly LinkedList<TaskCompletionSource<Invocation?>> _waiting = new();
    private readonly Dictionary<string, Invocation> _running = new(StringComparer.OrdinalIgnoreCase);
    private bool _closed;
    private TaskCompletionSource _workerSeen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LocalFunction Function => function;

    public bool HasPolled { get; private set; }

    public string? InitError { get; set; }

    public (int Idle, int Running, int Pending) Counts
    {
        get
        {
            lock (_gate) return (_waiting.Count, _running.Count, _pending.Count);
        }
    }

    public void Add(Invocation invocation)
    {
        lock (_gate)
        {
            while (_waiting.First is { } worker)
            {
                _waiting.RemoveFirst();
                _running[invocation.RequestId] = invocation;
                if (worker.Value.TrySetResult(invocation)) return;
                _running.Remove(invocation.RequestId);
            }

            _pending.AddLast(invocation);
        }
    }

    /// <summary>The next job for a worker, or null when the worker has gone away or LocalAws stops.</summary>
    public async ValueTask<Invocation?> NextAsync(CancellationToken gone)
    {
        LinkedListNode<TaskCompletionSource<Invocation?>> place;
        lock (_gate)
        {
            if (_closed) return null;
            HasPolled = true;
            InitError = null;
            _workerSeen.TrySetResult();
            while (_pending.First is { } first)
            {
                _pending.RemoveFirst();
                if (first.Value.Completion.IsCompleted) continue;
                _running[first.Value.RequestId] = first.Value;
                return first.Value;
            }

            place = _waiting.AddLast(new TaskCompletionSource<Invocation?>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using (gone.Register(() => Leave(place)))
            return await place.Value.Task;
    }

    /// <summary>A job whose worker left before a byte of it was written is handed to the next one.</summary>
    public void GiveBack(Invocation invocation)
    {
        lock (_gate) _running.Remove(invocation.RequestId);
        Add(invocation);
    }

    public Invocation? Running(string requestId)
    {
        lock (_gate) return _running.GetValueOrDefault(requestId);
    }

    public bool Ended(Invocation invocation)
    {
        lock (_gate)
        {
            return _running.Remove(invocation.RequestId) || _pending.Remove(invocation);
        }
    }

    /// <summary>What waits while no worker is there at all: nobody else will take it when the only one failed to start.</summary>
    public IReadOnlyList<Invocation> Stranded()
    {
        lock (_gate) return _waiting.Count + _running.Count == 0 ? [.. _pending] : [];
    }

    /// <summary>Ends when the function has a worker, idle or busy.</summary>
    public Task WorkerAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_waiting.Count + _running.Count > 0) return Task.CompletedTask;
            if (_workerSeen.Task.IsCompleted) _workerSeen = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _workerSeen.Task.WaitAsync(cancel);
        }
    }

    /// <summary>LocalAws stops: nobody waits any longer, so that its server can.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var worker in _waiting) worker.TrySetResult(null);
            _waiting.Clear();
        }
    }

    private void Leave(LinkedListNode<TaskCompletionSource<Invocation?>> place)
    {
        lock (_gate)
        {
            if (place.List is null) return;
            _waiting.Remove(place);
        }

        place.Value.TrySetResult(null);
    }
}
