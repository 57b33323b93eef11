using Oms.LocalAws.Templates;
using Oms.ServiceDefaults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Cloud;

/// <summary>
/// One process of one function, as Lambda runs it: the real role with the real AWS clients, a clock of its own that may be wrong, and one invocation at a time.
/// It may freeze (its continuations and timers wait, the world goes on), die (they never come), and outlive its invocation as a zombie.
/// </summary>
internal sealed class Instance
{
    private readonly World _world;
    private readonly IFunctionRole _role;
    private readonly Func<string, string> _nextRequestId;
    private readonly List<Action> _asleep = [];
    private Action<InvocationOutcome>? _end;
    private DateTimeOffset _frozenUntil;
    private bool _isZombie;

    /// <param name="isNewer">Where two versions run at once: it runs the newer one.</param>
    public Instance(World world, LocalFunction function, string name, TimeSpan skew, bool isNewer)
    {
        _world = world;
        Function = function;
        IsNewer = isNewer;
        Name = name;
        Clock = new InstanceClock(this, world.Time, skew);
        _nextRequestId = world.NextId;
        var jitter = new Dice(world.Seed, Name);
        _role = world.Around(world.Versions?.RoleOf(function, isNewer, Clock, jitter, Wire)
            ?? Roles.Of(function, new FunctionServices(world.Blueprint.Settings(function.Name), Clock, jitter, Wire, world.Telemetry)));

        HttpMessageHandler Wire() => new Wire(this, world.Network);
    }

    public LocalFunction Function { get; }

    public string Name { get; }

    public bool IsNewer { get; }

    public TimeProvider Clock { get; }

    public bool IsDead { get; private set; }

    public bool IsBusy => _end is not null || _isZombie;

    /// <summary>What the running invocation handles, such as "POST /v1/orders" or "order.placed.v1".</summary>
    public string Handler { get; private set; } = "";

    /// <summary>Calls made in the running invocation.</summary>
    public int Calls { get; set; }

    /// <summary>Runs one invocation until it ends, times out or dies.</summary>
    public void Invoke(string handler, ReadOnlyMemory<byte> payload, Action<InvocationOutcome> ended)
    {
        Handler = handler;
        Calls = 0;
        _end = ended;
        var awake = _asleep.ToList();
        _asleep.Clear();
        awake.ForEach(Resume);
        var requestId = _nextRequestId("r");
        _world.Trace.Line(Name, $"invoked {requestId} {handler}");
        var timeOut = _world.Time.After(Function.Timeout, () => TimeOut(requestId));
        _ = RunGuardedAsync(requestId, payload, timeOut);
    }

    /// <summary>Runs <paramref name="continuation"/> now, when the instance thaws, or never. Between two invocations Lambda freezes a process: what goes on behind an answer waits for the next.</summary>
    public void Resume(Action continuation)
    {
        if (IsDead)
        {
            return;
        }

        if (!IsBusy)
        {
            _asleep.Add(continuation);
            return;
        }

        if (_world.Time.Now < _frozenUntil)
        {
            _world.Time.At(_frozenUntil, () => Resume(continuation));
            return;
        }

        continuation();
    }

    public void Freeze(TimeSpan duration)
    {
        _frozenUntil = _world.Time.Now + duration;
        _world.Trace.Line(Name, $"frozen for {duration.TotalSeconds:0.0} s");
    }

    /// <summary>The process is gone; Lambda notices a little later.</summary>
    public void Die(string why)
    {
        if (IsDead)
        {
            return;
        }

        IsDead = true;
        _world.Trace.Line(Name, $"died: {why}");
        var ended = _end;
        _end = null;
        if (ended is not null)
        {
            _world.Time.After(TimeSpan.FromMilliseconds(50), () => ended(new InvocationOutcome.Failed("Runtime exited")));
        }
    }

    /// <summary>Whoever hears of the end may be a check: what it throws must not vanish with the task.</summary>
    private async Task RunGuardedAsync(string requestId, ReadOnlyMemory<byte> payload, Moment timeOut)
    {
        try
        {
            await RunAsync(requestId, payload, timeOut);
        }
#pragma warning disable CA1031 // thrown again by the step in which it happened
        catch (Exception broken)
#pragma warning restore CA1031
        {
            _world.Broken ??= broken;
        }
    }

    private async Task RunAsync(string requestId, ReadOnlyMemory<byte> payload, Moment timeOut)
    {
        InvocationOutcome outcome;
        try
        {
            using var deadline = new CancellationTokenSource(Function.Timeout - Invocation.Reserve, Clock);
            using var input = new MemoryStream(payload.ToArray(), writable: false);
            await using var output = await _role.HandleAsync(input, new Invocation(requestId, deadline.Token));
            outcome = new InvocationOutcome.Succeeded(((MemoryStream)output).ToArray());
        }
        catch (ForeignThreadException)
        {
            throw;
        }
#pragma warning disable CA1031 // what Lambda does with whatever a handler throws
        catch (Exception fault)
#pragma warning restore CA1031
        {
            outcome = new InvocationOutcome.Failed(fault.GetType().Name);
            _world.Trace.Aside(Name, () => fault.ToString());
        }

        _world.Time.RequireThread($"{Name} ends an invocation");
        timeOut.CallOff();
        IsDead |= _isZombie;
        if (IsDead || _end is not { } ended)
        {
            return; // a zombie's answer is heard by nobody
        }

        _end = null;
        _world.Trace.Line(Name, $"ended {requestId} {outcome}");
        ended(outcome);
    }

    /// <summary>Lambda gives up on the invocation. A frozen process goes on later with what it knew; any other is killed.</summary>
    private void TimeOut(string requestId)
    {
        if (IsDead || _end is not { } ended)
        {
            return;
        }

        _end = null;
        _world.Trace.Line(Name, $"timed out {requestId}");
        if (_world.Time.Now < _frozenUntil)
        {
            _isZombie = true;
            _world.Coverage.Fault("zombie", Function.Name, "invocation");
        }
        else
        {
            IsDead = true;
        }

        ended(new InvocationOutcome.TimedOut());
    }
}

/// <summary>How an invocation ended, as the caller sees it.</summary>
internal abstract record InvocationOutcome
{
    private InvocationOutcome()
    {
    }

    internal sealed record Succeeded(ReadOnlyMemory<byte> Payload) : InvocationOutcome
    {
        public override string ToString() => "ok";
    }

    internal sealed record Failed(string Error) : InvocationOutcome
    {
        public override string ToString() => $"failed: {Error}";
    }

    internal sealed record TimedOut : InvocationOutcome
    {
        public override string ToString() => "timed out";
    }
}

/// <summary>Virtual time as one process sees it: wrong by its skew; its timers wait while it is frozen and never fire when it is dead.</summary>
internal sealed class InstanceClock(Instance instance, Timeline time, TimeSpan skew) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => time.Now + skew;

    public override long GetTimestamp() => time.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new VirtualTimer(time, callback, state, dueTime, period, instance.Resume);
}
