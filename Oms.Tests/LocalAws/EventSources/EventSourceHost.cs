using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Oms.LocalAws.EventSources;
using Oms.LocalAws.Lambda;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;
using Oms.LocalAws.Topology;

namespace Oms.Tests.LocalAws.EventSources;

/// <summary>A template's event sources on real backends, with a handler in this process in place of each function.</summary>
internal sealed class EventSourceHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new();
    private readonly List<Task> _workers = [];
    private readonly DenialLog _log = new();
    private readonly string _state;
    private readonly bool _ownsState;

    private EventSourceHost(LocalTemplate template, Uri dynamoDb, Uri messaging, string? state, TimeProvider time)
    {
        Template = template;
        _ownsState = state is null;
        _state = state ?? Directory.CreateTempSubdirectory("oms-streams-").FullName;
        Lambda = new LambdaService(template.Functions, TimeProvider.System, NullLogger<LambdaService>.Instance);
        Proxy = new AwsProxy(new AccessPolicy(template.Functions), dynamoDb, messaging, TimeProvider.System, _log);
        Calls = new BackendCalls(_http, new BackendEndpoints(dynamoDb, messaging));
        Sources = new EventSourceRunner(template, Lambda, Proxy, _state, time, NullLogger<EventSourceRunner>.Instance, MissingQueues.Enqueue);
    }

    public LocalTemplate Template { get; }

    public LambdaService Lambda { get; }

    public AwsProxy Proxy { get; }

    public BackendCalls Calls { get; }

    public EventSourceRunner Sources { get; }

    public ConcurrentQueue<string> MissingQueues { get; } = new();

    /// <summary>Actions that were refused.</summary>
    public IReadOnlyCollection<string> Denied => _log.Denied;

    /// <summary>Every event in the order in which the functions got them.</summary>
    public ConcurrentQueue<JsonNode> Events { get; } = new();

    public IReadOnlyList<JsonNode> Records => [.. Events.SelectMany(e => e[nameof(Records)]!.AsArray()).Select(r => r!)];

    public static async Task<EventSourceHost> StartAsync(
        SharedBackends backends, LocalTemplate template, Func<JsonNode, string> handler, int workers = 1, string? state = null) =>
        await StartAsync(await backends.DynamoDbAsync(), await backends.MessagingAsync(), template, handler, TimeProvider.System, workers, state);

    /// <param name="dynamoDb">Where DynamoDB is.</param>
    /// <param name="messaging">Where SNS and SQS are.</param>
    /// <param name="template">What there is.</param>
    /// <param name="handler">In place of every function: its event, and its answer.</param>
    /// <param name="time">The clock of the event sources' pauses.</param>
    /// <param name="workers">Of each function.</param>
    /// <param name="state">Where positions are kept; null: nowhere.</param>
    public static async Task<EventSourceHost> StartAsync(
        Uri dynamoDb, Uri messaging, LocalTemplate template, Func<JsonNode, string> handler, TimeProvider time, int workers = 1, string? state = null)
    {
        var host = new EventSourceHost(template, dynamoDb, messaging, state, time);
        foreach (var queue in template.Queues.OrderBy(q => q.Redrive is not null)) await QueueCreation.EnsureAsync(host.Calls, queue, default);
        foreach (var table in template.Tables) await TableCreation.EnsureAsync(host.Calls, table, default);
        foreach (var function in template.Functions)
            for (var i = 0; i < workers; i++) host._workers.Add(host.WorkAsync(function.Name, handler));
        await host.Sources.StartAsync();
        return host;
    }

    /// <summary>Makes everything for a template without starting it: what it cannot do is refused here.</summary>
    public static void Check(LocalTemplate template)
    {
        using var lambda = new LambdaService(template.Functions, TimeProvider.System, NullLogger<LambdaService>.Instance);
        using var proxy = new AwsProxy(new AccessPolicy(template.Functions), new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:1"), TimeProvider.System, NullLogger<AwsProxy>.Instance);
        _ = new EventSourceRunner(template, lambda, proxy, "", TimeProvider.System, NullLogger<EventSourceRunner>.Instance, _ => { });
    }

    public Task SendAsync(LocalQueue queue, string body, JsonObject? attributes = null) => Calls.SqsAsync(
        "SendMessage",
        new JsonObject { ["QueueUrl"] = Url(queue), ["MessageBody"] = body, ["MessageAttributes"] = attributes ?? [] },
        TestContext.Current.CancellationToken);

    /// <summary>Visible, hidden and delayed messages of a queue.</summary>
    public async Task<int> CountAsync(LocalQueue queue)
    {
        var answer = await Calls.SqsAsync("GetQueueAttributes", new JsonObject { ["QueueUrl"] = Url(queue), ["AttributeNames"] = new JsonArray("All") }, default);
        return ((string[])["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"])
            .Sum(name => int.Parse(answer["Attributes"]![name]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Writes through the proxy, as functions do.</summary>
    public async Task PutAsync(LocalTable table, string pk, string sk, params (string Name, string Value)[] attributes)
    {
        var item = new JsonObject { ["pk"] = new JsonObject { ["S"] = pk }, ["sk"] = new JsonObject { ["S"] = sk } };
        foreach (var (name, value) in attributes) item[name] = new JsonObject { ["S"] = value };
        var body = new JsonObject { ["TableName"] = table.Name, ["Item"] = item };
        using var call = new AwsCall(AccessPolicy.Administrator, AwsService.DynamoDb, "PutItem", Encoding.UTF8.GetBytes(body.ToJsonString()));
        var answer = await Proxy.CallAsync(call, TestContext.Current.CancellationToken);
        Assert.Equal(200, answer.Status);
    }

    public async ValueTask DisposeAsync()
    {
        await Sources.DisposeAsync();
        await _stop.CancelAsync();
        Lambda.Dispose();
        await Task.WhenAll(_workers);
        Proxy.Dispose();
        _http.Dispose();
        _stop.Dispose();
        if (_ownsState) Directory.Delete(_state, recursive: true);
    }

    private static string Url(LocalQueue queue) => $"http://127.0.0.1/{LocalTemplate.Account}/{queue.Name}";

    private async Task WorkAsync(string function, Func<JsonNode, string> handler)
    {
        var queue = Lambda.Queue(function)!;
        while (await queue.NextAsync(_stop.Token) is { } job)
        {
            Lambda.Started(queue, job);
            var payload = JsonNode.Parse(job.Payload.Span)!;
            Events.Enqueue(payload);
            InvocationResult result;
            try
            {
                result = new InvocationResult.Succeeded(Encoding.UTF8.GetBytes(handler(payload)));
            }
            catch (InvalidOperationException failed)
            {
                result = new InvocationResult.Failed(FunctionErrorKind.Unhandled, nameof(InvalidOperationException), failed.Message, default);
            }

            Lambda.End(queue, job, result);
        }
    }

    private sealed class DenialLog : ILogger<AwsProxy>
    {
        private readonly ConcurrentQueue<string> _denied = new();

        public IReadOnlyCollection<string> Denied => _denied;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is IEnumerable<KeyValuePair<string, object?>> fields && fields.FirstOrDefault(f => f.Key == "Action").Value is string action) _denied.Enqueue(action);
        }
    }
}
