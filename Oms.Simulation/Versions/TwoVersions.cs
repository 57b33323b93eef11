using Oms.LocalAws.Templates;
using Oms.ServiceDefaults;
using Oms.Simulation.Cloud;

namespace Oms.Simulation.Versions;

/// <summary>Two versions of the services in one world: which one takes an invocation, and the handlers of the other.</summary>
internal sealed class TwoVersions : IDisposable
{
    private readonly World _world;
    private readonly OtherVersion _other;
    private readonly VersionCourse _course;
    private readonly Func<string, IReadOnlyDictionary<string, string>, TimeProvider, Random, Func<HttpMessageHandler>, Func<Stream, string, CancellationToken, Task<Stream>>> _start;
    private readonly IAsyncDisposable _telemetry;

    public TwoVersions(World world, OtherVersion other)
    {
        _world = world;
        _other = other;
        _course = new VersionCourse(world.Seed, world.Time.Now, world.Rates.NewerCode);
        (_start, _telemetry) = other.Open(world.Telemetry.Logs);
        world.Trace.Line("world", $"two versions at once: {_course.Kind}");
        world.Coverage.Course(_course.Kind);
    }

    /// <inheritdoc cref="OtherVersion.NewerNames"/>
    public IReadOnlySet<string> NewerNames => _other.NewerNames;

    /// <summary>Which one takes the next invocation.</summary>
    public bool TakesNewer(string function) => _course.TakesNewer(function, _world.Time.Now);

    /// <summary>The handlers of the other version; null where the wanted one is this program's own.</summary>
    public IFunctionRole? RoleOf(LocalFunction function, bool isNewer, TimeProvider clock, Random random, Func<HttpMessageHandler> wire) =>
        isNewer == _other.IsNewer ? new Role(_start(function.Handler, _world.Blueprint.Environment(function.Name), clock, random, wire)) : null;

    public void Dispose() => _telemetry.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private sealed class Role(Func<Stream, string, CancellationToken, Task<Stream>> handle) : IFunctionRole
    {
        public Task<Stream> HandleAsync(Stream input, Invocation invocation) => handle(input, invocation.RequestId, invocation.Cancellation);
    }
}
