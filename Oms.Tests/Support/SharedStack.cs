[assembly: AssemblyFixture(typeof(Oms.Tests.Support.SharedStack))]

namespace Oms.Tests.Support;

/// <summary>One stack for all flows that leave it as it was; started by the first that needs it. Tests keep apart by tenant.</summary>
public class SharedStack : IAsyncDisposable
{
    private readonly Lazy<Task<OmsStack>> _stack;
    private int _tenants;

    public SharedStack()
        : this(new OmsStackOptions())
    {
    }

    private protected SharedStack(OmsStackOptions options) =>
        _stack = new(() => OmsStack.StartAsync(options with { Processes = new Dictionary<string, int> { ["orders-api"] = 2 } }));

    internal Task<OmsStack> StackAsync() => _stack.Value;

    internal async Task<OmsClient> NewTenantAsync(string store = "default") =>
        await (await StackAsync()).ClientAsync($"tenant-{Interlocked.Increment(ref _tenants)}", store: store);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_stack.IsValueCreated)
        {
            await (await _stack.Value).DisposeAsync();
        }
    }
}
