using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.SQS;
using Microsoft.Extensions.Logging.Abstractions;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;
using Oms.LocalAws.Topology;

namespace Oms.Tests.LocalAws.Proxy;

/// <summary>The proxy over HTTP in front of the real backends, called with the AWS SDK as functions call it.</summary>
internal sealed class ProxyHost : IAsyncDisposable
{
    private readonly TestServer _server;
    private readonly HttpClient _http = new();
    private readonly List<IDisposable> _clients = [];

    private ProxyHost(AwsProxy proxy, TestServer server)
    {
        Proxy = proxy;
        _server = server;
    }

    public AwsProxy Proxy { get; }

    public Uri Url => _server.Url;

    public static async Task<ProxyHost> StartAsync(SharedBackends backends, LocalTemplate template, TimeProvider? time = null)
    {
        var (dynamoDb, messaging) = (await backends.DynamoDbAsync(), await backends.MessagingAsync());
        var proxy = new AwsProxy(new AccessPolicy(template.Functions), dynamoDb, messaging, time ?? TimeProvider.System, NullLogger<AwsProxy>.Instance);
        var host = new ProxyHost(proxy, await TestServer.StartAsync(proxy.HandleAsync));
        var calls = new BackendCalls(host._http, new BackendEndpoints(dynamoDb, messaging));
        foreach (var table in template.Tables) await TableCreation.EnsureAsync(calls, table, default);
        foreach (var queue in template.Queues) await QueueCreation.EnsureAsync(calls, queue, default);
        return host;
    }

    public AmazonDynamoDBClient DynamoDb(string caller) => Keep(new AmazonDynamoDBClient(
        new BasicAWSCredentials(caller, "secret"), new AmazonDynamoDBConfig { ServiceURL = Url.ToString(), AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 }));

    public AmazonSQSClient Sqs(string caller) => Keep(new AmazonSQSClient(
        new BasicAWSCredentials(caller, "secret"), new AmazonSQSConfig { ServiceURL = Url.ToString(), AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 }));

    /// <summary>SNS speaks the query protocol: a form in, XML out.</summary>
    public async Task<(int Status, string Body)> SnsAsync(string caller, string action, string topicArn)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url);
        request.Content = new FormUrlEncodedContent([new("Action", action), new("TopicArn", topicArn), new("Message", "hello there")]);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={caller}/20261122/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _server.DisposeAsync();
        Proxy.Dispose();
        _http.Dispose();
    }

    private T Keep<T>(T client)
        where T : IDisposable
    {
        _clients.Add(client);
        return client;
    }
}
