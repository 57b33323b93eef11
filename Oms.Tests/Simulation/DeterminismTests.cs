using System.Diagnostics;
using System.Text.Json;
using Oms.ServiceDefaults;
using Oms.Simulation;
using Oms.Simulation.Cloud;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;
using Oms.Tests.Support;

namespace Oms.Tests.Simulation;

/// <summary>The same seed is the same run, whatever the machine does; and whatever leaves the schedule is caught.</summary>
public sealed class DeterminismTests
{
    private const int Seeds = 20;

    [Fact]
    public async Task Twenty_seeds_have_the_same_traces_under_another_compiler_and_another_collector()
    {
        var started = Stopwatch.StartNew();
        string[] arguments = ["--seeds", "20"];
        var one = SimulationProgram.ReportAsync(arguments);
        var other = SimulationProgram.ReportAsync([.. arguments, "--threads", "1"], new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["DOTNET_TieredCompilation"] = "0",
            ["DOTNET_gcServer"] = "1",
            ["DOTNET_gcConcurrent"] = "1",
        });
        var (first, second) = (Traces(await one), Traces(await other));
        var alike = first.Count(trace => second.GetValueOrDefault(trace.Key) == trace.Value);
        Figures.Record("simulation.determinism", (double)alike / Seeds, "1.0", started.Elapsed);
        Assert.Equal(Seeds, first.Count);
        Assert.Equal(Seeds, first.Values.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(first, second);
    }

    [Fact]
    public void A_handler_that_goes_on_in_the_pool_fails_the_run()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        using var world = new World(1, static (_, _, _) => new Calm(), new Coverage(), reader: null, Limits.None.Rates);
        var handlers = new List<InThePool>();
        world.Around = role =>
        {
            var handler = new InThePool(role);
            handlers.Add(handler);
            return handler;
        };
        ClientAnswer? heard = null;
        world.Front.Send(new ClientRequest("reader", "north", ["default"], "GET", "/v1/stock/SKU-1", null, default), answer => heard = answer);
        var caught = Assert.Throws<ForeignThreadException>(() =>
        {
            for (var round = 1; round <= 10; round++)
            {
                world.Run(world.Time.Now + TimeSpan.FromMilliseconds(100));
                handlers.ForEach(static handler => handler.GoOn());
            }
        });
        Assert.Contains("Task.Run", caught.Message, StringComparison.Ordinal);
        Assert.Null(heard);
    }

    private static Dictionary<string, string> Traces((int ExitCode, string Output, JsonElement Report) run)
    {
        Assert.True(run.ExitCode == 0, run.Output);
        return run.Report.GetProperty("traces").EnumerateObject().ToDictionary(static trace => trace.Name, static trace => trace.Value.GetString()!, StringComparer.Ordinal);
    }

    private sealed class Calm : FaultPlan
    {
        public override Oms.Simulation.Faults.Fault OfCall(CallPoint call) => Oms.Simulation.Faults.Fault.None;
    }

    /// <summary>Does what no handler may: its work goes on on a thread of the pool.</summary>
    private sealed class InThePool(IFunctionRole role) : IFunctionRole
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task? _work;

        public Task<Stream> HandleAsync(Stream input, Invocation invocation)
        {
            var work = Task.Run(() => WorkAsync(input, invocation));
            _work = work;
            return work;
        }

        /// <summary>Lets it go on, and waits until it has.</summary>
        public void GoOn()
        {
            _held.TrySetResult();
            if (_work is { } work)
            {
                Task.WaitAny(work);
            }
        }

        private async Task<Stream> WorkAsync(Stream input, Invocation invocation)
        {
            await _held.Task;
            return await role.HandleAsync(input, invocation);
        }
    }
}
