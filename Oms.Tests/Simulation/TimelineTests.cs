using Oms.Simulation.Schedule;

namespace Oms.Tests.Simulation;

public sealed class TimelineTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private readonly Timeline _time = new(Start);
    private readonly List<string> _happened = [];

    [Fact]
    public void Things_happen_by_time_and_then_in_the_order_in_which_they_were_planned()
    {
        _time.After(TimeSpan.FromSeconds(2), () => _happened.Add("c"));
        _time.After(TimeSpan.FromSeconds(1), () => _happened.Add("a"));
        _time.After(TimeSpan.FromSeconds(1), () => _happened.Add("b"));
        _time.After(TimeSpan.FromSeconds(1), () => _happened.Add("called off")).CallOff();
        _time.At(Start - TimeSpan.FromHours(1), () => _happened.Add("late: at once"));
        Run(TimeSpan.FromSeconds(3));
        Assert.Equal(["late: at once", "a", "b", "c"], _happened);
        Assert.Equal(Start + TimeSpan.FromSeconds(3), _time.Now);
    }

    [Fact]
    public async Task A_cancelled_wait_goes_on_within_the_step_that_cancels_it()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
        var waiting = WaitAsync(deadline.Token);
        Run(TimeSpan.FromSeconds(2));
        Assert.Equal(["cancelled after 1 s"], _happened);
        await waiting;
    }

    [Fact]
    public void A_timer_repeats_until_it_is_disposed_of()
    {
        using (_time.CreateTimer(_ => _happened.Add($"{(_time.Now - Start).TotalSeconds}"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)))
        {
            Run(TimeSpan.FromSeconds(6));
        }

        Run(TimeSpan.FromSeconds(9));
        Assert.Equal(["1", "3", "5"], _happened);
    }

    [Fact]
    public void What_runs_on_another_thread_fails_the_run_even_where_its_exception_is_swallowed()
    {
        var foreign = new Thread(() => Assert.Throws<ForeignThreadException>(() => _time.After(TimeSpan.Zero, static () => { })));
        foreign.Start();
        foreign.Join();
        Assert.Throws<ForeignThreadException>(() => _time.Step(Start + TimeSpan.FromSeconds(1)));
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        try
        {
            await new Oms.ServiceDefaults.RetryPolicy(_time, new Slowest()).PauseAsync(30, cancellation);
            await new Oms.ServiceDefaults.RetryPolicy(_time, new Slowest()).PauseAsync(30, cancellation);
        }
        catch (OperationCanceledException)
        {
            _time.RequireThread("going on after a cancellation");
            _happened.Add($"cancelled after {(_time.Now - Start).TotalSeconds} s");
        }
    }

    private void Run(TimeSpan until)
    {
        while (_time.Step(Start + until))
        {
        }
    }

    private sealed class Slowest : Random
    {
        public override double NextDouble() => 0.99;
    }
}
