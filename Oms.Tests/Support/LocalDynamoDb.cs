using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Oms.LocalAws.Backends;
using Oms.ServiceDefaults.Store;

[assembly: AssemblyFixture(typeof(Oms.Tests.Support.LocalDynamoDb))]

namespace Oms.Tests.Support;

/// <summary>One DynamoDB Local for all store tests of a run, started by the first that needs it. Each test makes its own table.</summary>
public sealed class LocalDynamoDb : IAsyncDisposable
{
    private readonly Lazy<Task<BackendProcess>> _backend;
    private int _tables;

    public LocalDynamoDb() => _backend = new(static async () =>
    {
        var programs = await BackendPrograms.PrepareAsync(static _ => { });
        return await BackendProcess.StartAsync(programs.DynamoDb(port: 0));
    });

    /// <param name="handler">Goes between the SDK and the socket, to lose or count calls.</param>
    public async Task<AmazonDynamoDBClient> ClientAsync(HttpClientFactory? handler = null)
    {
        var backend = await _backend.Value;
        var config = new AmazonDynamoDBConfig { ServiceURL = backend.Url.ToString(), AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 };
        if (handler is not null)
        {
            config.HttpClientFactory = handler;
        }

        return new AmazonDynamoDBClient(new BasicAWSCredentials("test", "test"), config);
    }

    /// <summary>A new table with the keys and the index that all services have.</summary>
    public async Task<DynamoTable> TableAsync(TimeProvider? clock = null, HttpClientFactory? handler = null)
    {
        using var admin = await ClientAsync();
        var name = "test-" + Interlocked.Increment(ref _tables).ToString(CultureInfo.InvariantCulture);
        await admin.CreateTableAsync(new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S), new("dueShard", ScalarAttributeType.S), new("dueAt", ScalarAttributeType.N)],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
            GlobalSecondaryIndexes =
            [
                new GlobalSecondaryIndex { IndexName = "due", KeySchema = [new("dueShard", KeyType.HASH), new("dueAt", KeyType.RANGE)], Projection = new Projection { ProjectionType = ProjectionType.KEYS_ONLY } },
            ],
        });
        clock ??= TimeProvider.System;
        return new DynamoTable(await ClientAsync(handler), name, new Oms.ServiceDefaults.RetryPolicy(clock, new Random(1)), clock);
    }

    public async ValueTask DisposeAsync()
    {
        if (_backend.IsValueCreated)
        {
            await (await _backend.Value).DisposeAsync();
        }
    }
}
