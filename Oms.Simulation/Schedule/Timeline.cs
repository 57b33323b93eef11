namespace Oms.Simulation.Schedule;

/// <summary>
/// Virtual time and everything that is going to happen in it: one thing after another, by time, then by the order in which they were planned.
/// Nothing waits really, and nothing runs on another thread than the one that calls <see cref="Step"/>.
/// </summary>
internal sealed class Timeline(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<Moment, (long Ticks, long Number)> _planned = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _number;
    private volatile ForeignThreadException? _foreign;

    public DateTimeOffset Now { get; private set; } = start;

    public long Steps { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new VirtualTimer(this, callback, state, dueTime, period, gate: null);

    /// <summary>Plans something for later; a time that has passed means as soon as it is its turn.</summary>
    public Moment At(DateTimeOffset time, Action happening)
    {
        RequireThread("planning");
        var moment = new Moment(happening);
        _planned.Enqueue(moment, (Math.Max(time.UtcTicks, Now.UtcTicks), _number++));
        return moment;
    }

    public Moment After(TimeSpan delay, Action happening) => At(Now + delay, happening);

    /// <summary>The next thing happens.</summary>
    /// <param name="until">Not later than this.</param>
    /// <returns>False where nothing is planned until then; it is then <paramref name="until"/>.</returns>
    /// <exception cref="ForeignThreadException">Something has run on another thread; its own exception may have been swallowed there.</exception>
    public bool Step(DateTimeOffset until)
    {
        if (_foreign is { } foreign)
        {
            throw foreign;
        }

        while (_planned.TryPeek(out var moment, out var when) && when.Ticks <= until.UtcTicks)
        {
            _planned.Dequeue();
            if (moment.Happening is not { } happening)
            {
                continue; // called off
            }

            Now = new DateTimeOffset(when.Ticks, TimeSpan.Zero);
            Steps++;
            moment.CallOff();
            happening();
            return true;
        }

        Now = until > Now ? until : Now;
        return false;
    }

    /// <summary>A continuation on another thread would make the order of things depend on the machine: the run is worthless and says so.</summary>
    public void RequireThread(string doing)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _foreign = new ForeignThreadException($"{doing} happens on thread {Environment.CurrentManagedThreadId}, but this world belongs to thread {_thread}: something left the schedule (Task.Run, ConfigureAwait with a pool, a real timer or real I/O)\n{Environment.StackTrace}");
            throw _foreign;
        }
    }
}

/// <summary>Something that is planned and may be called off.</summary>
internal sealed class Moment(Action happening)
{
    public Action? Happening { get; private set; } = happening;

    public void CallOff() => Happening = null;
}

/// <summary>A timer in virtual time; its gate, where it has one, lets the callback pass now, later or never.</summary>
internal sealed class VirtualTimer : ITimer
{
    private readonly Timeline _time;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly Action<Action>? _gate;
    private Moment? _next;
    private TimeSpan _period;

    public VirtualTimer(Timeline time, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period, Action<Action>? gate)
    {
        _time = time;
        _callback = callback;
        _state = state;
        _gate = gate;
        Change(dueTime, period);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _next?.CallOff();
        _period = period;
        _next = dueTime == Timeout.InfiniteTimeSpan ? null : _time.After(dueTime, Fire);
        return true;
    }

    public void Dispose() => _next?.CallOff();

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Fire()
    {
        _next = _period > TimeSpan.Zero ? _time.After(_period, Fire) : null;
        if (_gate is null)
        {
            _callback(_state);
        }
        else
        {
            _gate(() => _callback(_state));
        }
    }
}
