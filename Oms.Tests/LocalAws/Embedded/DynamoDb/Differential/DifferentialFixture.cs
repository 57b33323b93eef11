namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>One run for all tests that look at it.</summary>
public sealed class DifferentialFixture(SharedBackends backends) : IAsyncLifetime
{
    internal DifferentialRun Run { get; } = new();

    public async ValueTask InitializeAsync()
    {
        using var peer = new LocalPeer(await backends.DynamoDbAsync());
        Run.Run(peer);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
