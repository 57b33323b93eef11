using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Oms.LocalAws.Templates;
using Oms.LocalAws.Topology;

namespace Oms.Tests.LocalAws.Topology;

/// <summary>A small template in the shared backends, under names of its own.</summary>
internal sealed class TopologyUnderTest : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..12];
    private readonly BackendEndpoints _endpoints;

    private TopologyUnderTest(BackendEndpoints endpoints)
    {
        _endpoints = endpoints;
        Calls = new BackendCalls(_http, endpoints);
    }

    public BackendCalls Calls { get; }

    public int TimesLost { get; private set; }

    public static async Task<TopologyUnderTest> StartAsync(SharedBackends backends) =>
        new(new BackendEndpoints(await backends.DynamoDbAsync(), await backends.MessagingAsync()));

    public LocalTemplate Template(Action<JsonNode>? change = null) => SmallTemplate.Read(resources =>
    {
        SmallTemplate.Rename(resources, _suffix);
        change?.Invoke(resources);
    });

    public TopologyKeeper Keeper(Action<JsonNode>? change = null)
    {
        var keeper = new TopologyKeeper(Template(change), _endpoints, _http, TimeProvider.System, NullLogger<TopologyKeeper>.Instance);
        keeper.TopologyLost += (_, _) => TimesLost++;
        return keeper;
    }

    public async Task ApplyAsync(Action<JsonNode>? change = null)
    {
        using var keeper = Keeper(change);
        await keeper.ApplyAsync(TestContext.Current.CancellationToken);
    }

    public Task PublishAsync(string type, string body) => Calls.SnsAsync(
        "Publish",
        [
            KeyValuePair.Create("TopicArn", Template().Topics[0].Arn),
            KeyValuePair.Create("Message", body),
            KeyValuePair.Create("MessageAttributes.entry.1.Name", "type"),
            KeyValuePair.Create("MessageAttributes.entry.1.Value.DataType", "String"),
            KeyValuePair.Create("MessageAttributes.entry.1.Value.StringValue", type),
        ],
        TestContext.Current.CancellationToken);

    public Task<JsonNode> QueueAsync(string operation, string name, JsonObject? more = null)
    {
        var body = more ?? [];
        body["QueueUrl"] = $"http://127.0.0.1/000000000000/{name}-{_suffix}";
        return Calls.SqsAsync(operation, body, TestContext.Current.CancellationToken);
    }

    public async Task<IReadOnlyList<string>> ReceiveAsync(string name)
    {
        var answer = await QueueAsync("ReceiveMessage", name, new JsonObject { ["MaxNumberOfMessages"] = 10 });
        return [.. (answer["Messages"]?.AsArray() ?? []).Select(m => m!["Body"]!.GetValue<string>())];
    }

    /// <summary>Everything that applying could have changed, as text.</summary>
    public async Task<string> SnapshotAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        var template = Template();
        var state = new List<string>();
        foreach (var queue in new[] { "inbox", "inbox-dlq", "inbox-undelivered" })
        {
            var answer = await QueueAsync("GetQueueAttributes", queue, new JsonObject { ["AttributeNames"] = new JsonArray("All") });
            var attributes = answer["Attributes"]!.AsObject();
            attributes.Remove("LastModifiedTimestamp");
            state.Add(attributes.ToJsonString());
        }

        state.Add((await Calls.SnsAsync("ListSubscriptionsByTopic", [KeyValuePair.Create("TopicArn", template.Topics[0].Arn)], cancel)).Elements().First().ToString());
        state.Add((await Calls.DynamoDbAsync("DescribeTable", new JsonObject { ["TableName"] = template.Tables[0].Name }, cancel)).ToJsonString());
        return string.Join('\n', state);
    }

    public void Dispose() => _http.Dispose();
}
