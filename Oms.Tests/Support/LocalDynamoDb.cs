using System.Collections.Concurrent;
using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Oms.LocalAws.Backends;
using Oms.Tests.Support;

[assembly: AssemblyFixture(typeof(LocalDynamoDb))]

namespace Oms.Tests.Support;

/// <summary>One DynamoDB Local for all store tests, started by the first that needs it; every test gets a table of its own.</summary>
public sealed class LocalDynamoDb : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentBag<AmazonDynamoDBClient> _clients = [];
    private BackendProcess? _backend;
    private int _tables;

    /// <param name="handler">Put in front of the connection, to watch or break it.</param>
    public async Task<IAmazonDynamoDB> ConnectAsync(DelegatingHandler? handler = null)
    {
        await _gate.WaitAsync();
        try
        {
            _backend ??= await BackendProcess.StartAsync((await BackendPrograms.PrepareAsync(static _ => { })).DynamoDb(port: 0));
        }
        finally
        {
            _gate.Release();
        }

        var config = new AmazonDynamoDBConfig { ServiceURL = _backend.Url.ToString(), AuthenticationRegion = "us-east-1", MaxErrorRetry = 0, Timeout = TimeSpan.FromSeconds(30) };
        if (handler is not null)
        {
            config.HttpClientFactory = new Through(handler);
        }

        var client = new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), config);
        _clients.Add(client);
        return client;
    }

    /// <summary>A table as every service has it: pk, sk, and the index due.</summary>
    public async Task<string> CreateTableAsync(string service)
    {
        var client = await ConnectAsync();
        var name = $"oms-{service}-{Interlocked.Increment(ref _tables).ToString(CultureInfo.InvariantCulture)}";
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S), new("dueShard", ScalarAttributeType.S), new("dueAt", ScalarAttributeType.N)],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
            GlobalSecondaryIndexes = [new() { IndexName = "due", KeySchema = [new("dueShard", KeyType.HASH), new("dueAt", KeyType.RANGE)], Projection = new() { ProjectionType = ProjectionType.KEYS_ONLY } }],
        });
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        if (_backend is not null)
        {
            await _backend.DisposeAsync();
        }

        _gate.Dispose();
    }

    private sealed class Through(DelegatingHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
            handler.InnerHandler ??= new SocketsHttpHandler();
            return new HttpClient(handler, disposeHandler: false);
        }

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
