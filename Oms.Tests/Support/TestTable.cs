using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Oms.ServiceDefaults.Store;
using Oms.Tests.LocalAws;
using RetryPolicy = Oms.ServiceDefaults.RetryPolicy;

namespace Oms.Tests.Support;

/// <summary>A table as every service has it, on a DynamoDB that all tests share: pk, sk, and the index due. Every test makes its own.</summary>
internal sealed record TestTable(string Name, Uri DynamoDb)
{
    private static int s_tables;

    public static async Task<TestTable> CreateAsync(Uri dynamoDb, string service)
    {
        var table = new TestTable($"test-{service}-{Interlocked.Increment(ref s_tables).ToString(CultureInfo.InvariantCulture)}", dynamoDb);
        using var client = table.Connect();
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = table.Name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S), new("dueShard", ScalarAttributeType.S), new("dueAt", ScalarAttributeType.N)],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
            GlobalSecondaryIndexes = [new() { IndexName = "due", KeySchema = [new("dueShard", KeyType.HASH), new("dueAt", KeyType.RANGE)], Projection = new() { ProjectionType = ProjectionType.KEYS_ONLY } }],
        });
        return table;
    }

    /// <summary>A new table as a store sees it.</summary>
    /// <param name="handler">Put in front of the connection, to watch or break it.</param>
    public static async Task<DynamoTable> OpenAsync(SharedBackends backends, string service, TimeProvider? clock = null, DelegatingHandler? handler = null)
    {
        var table = await CreateAsync(await backends.DynamoDbAsync(), service);
        clock ??= TimeProvider.System;
        return new DynamoTable(table.Connect(handler), table.Name, new RetryPolicy(clock, new Random(1)), clock);
    }

    /// <param name="handler">Put in front of the connection, to watch or break it.</param>
    public IAmazonDynamoDB Connect(DelegatingHandler? handler = null)
    {
        var config = new AmazonDynamoDBConfig { ServiceURL = DynamoDb.ToString(), AuthenticationRegion = "us-east-1", MaxErrorRetry = 0, Timeout = TimeSpan.FromSeconds(30) };
        if (handler is not null)
        {
            config.HttpClientFactory = new Through(handler);
        }

        return new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), config);
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
