using Oms.LocalAws.Backends;
using Oms.LocalAws.Embedded;

[assembly: AssemblyFixture(typeof(Oms.Tests.LocalAws.SharedBackends))]

namespace Oms.Tests.LocalAws;

/// <summary>One DynamoDB Local, one SNS and SQS, and one embedded backend for all tests that need them, started by the first; tests keep apart by the names that they use.</summary>
public sealed class SharedBackends : IAsyncDisposable
{
    private readonly Lazy<Task<BackendProcess>> _dynamoDb = new(() => StartAsync(programs => programs.DynamoDb(0)));
    private readonly Lazy<Task<BackendProcess>> _messaging = new(() => StartAsync(programs => programs.Messaging(0)));

    private readonly Lazy<Task<EmbeddedServer>> _embedded = new(static () => EmbeddedServer.StartAsync(new EmbeddedOptions { Port = 0 }));

    public async Task<Uri> DynamoDbAsync() => (await _dynamoDb.Value).Url;

    public async Task<Uri> MessagingAsync() => (await _messaging.Value).Url;

    /// <summary>DynamoDB in this process: for very many calls of kinds that are compared with DynamoDB Local elsewhere.</summary>
    public async Task<Uri> EmbeddedAsync() => (await _embedded.Value).Url;

    public async ValueTask DisposeAsync()
    {
        if (_embedded.IsValueCreated) await (await _embedded.Value).DisposeAsync();
        if (_dynamoDb.IsValueCreated) await (await _dynamoDb.Value).DisposeAsync();
        if (_messaging.IsValueCreated) await (await _messaging.Value).DisposeAsync();
    }

    private static async Task<BackendProcess> StartAsync(Func<BackendPrograms, StartCommand> command) =>
        await BackendProcess.StartAsync(command(await BackendPrograms.PrepareAsync(_ => { })));
}
