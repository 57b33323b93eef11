using Oms.ServiceDefaults;
using Oms.Tests.Packages;

namespace Oms.Tests.ServiceDefaults;

/// <summary>A function's randomness marks each write as its writer's own: two racing ones with the same mark would both believe that they won.</summary>
[Collection(nameof(ProcessEnvironment))]
public sealed class SharedRandomTests
{
    [Fact]
    public async Task Threads_that_draw_at_once_never_draw_the_same()
    {
        var before = Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME");
        Environment.SetEnvironmentVariable("OTEL_SERVICE_NAME", "test");
        try
        {
            await using var services = FunctionServices.FromEnvironment();
            var drawn = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 100_000).Select(_ => services.Random.NextInt64()).ToList())));
            Assert.Equal(400_000, drawn.SelectMany(static one => one).Distinct().Count());
        }
        finally
        {
            Environment.SetEnvironmentVariable("OTEL_SERVICE_NAME", before);
        }
    }
}
