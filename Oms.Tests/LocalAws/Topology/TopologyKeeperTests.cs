using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Oms.LocalAws.Templates;
using Oms.LocalAws.Topology;
using Oms.Tests.Packages;

namespace Oms.Tests.LocalAws.Topology;

public sealed class TopologyKeeperTests(SharedBackends backends)
{
    [Fact]
    public async Task Applying_twice_changes_nothing()
    {
        using var topology = await TopologyUnderTest.StartAsync(backends);
        await topology.ApplyAsync();
        var first = await topology.SnapshotAsync();
        await topology.ApplyAsync();
        Assert.Equal(first, await topology.SnapshotAsync());
        Assert.Equal(1, topology.TimesLost);
    }

    [Fact]
    public async Task The_filter_of_the_template_decides_what_arrives()
    {
        using var topology = await TopologyUnderTest.StartAsync(backends);
        await topology.ApplyAsync();
        await topology.PublishAsync("wanted", "one");
        await topology.PublishAsync("unwanted", "two");
        Assert.Equal(["one"], await topology.ReceiveAsync("inbox"));

        await topology.ApplyAsync(r => r.Properties("Subscription")["FilterPolicy"] = new JsonObject { ["type"] = new JsonArray("unwanted") });
        await topology.PublishAsync("wanted", "three");
        await topology.PublishAsync("unwanted", "four");
        Assert.Equal(["four"], await topology.ReceiveAsync("inbox"));
    }

    [Fact]
    public async Task Without_raw_delivery_the_message_comes_in_its_envelope()
    {
        using var topology = await TopologyUnderTest.StartAsync(backends);
        await topology.ApplyAsync(r => r.Properties("Subscription")["RawMessageDelivery"] = false);
        await topology.PublishAsync("wanted", "one");
        var envelope = JsonNode.Parse(Assert.Single(await topology.ReceiveAsync("inbox")))!;
        Assert.Equal("one", envelope["Message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_message_that_is_received_too_often_goes_where_the_redrive_policy_says(int maxReceiveCount)
    {
        using var topology = await TopologyUnderTest.StartAsync(backends);
        await topology.ApplyAsync(r => r.Properties("Inbox")["RedrivePolicy"]!["maxReceiveCount"] = maxReceiveCount);
        await topology.QueueAsync("SendMessage", "inbox", new JsonObject { ["MessageBody"] = "poison" });
        for (var i = 0; i < maxReceiveCount; i++)
        {
            var answer = await topology.QueueAsync("ReceiveMessage", "inbox");
            var handle = answer["Messages"]![0]!["ReceiptHandle"]!.GetValue<string>();
            await topology.QueueAsync("ChangeMessageVisibility", "inbox", new JsonObject { ["ReceiptHandle"] = handle, ["VisibilityTimeout"] = 0 });
            Assert.Empty(await topology.ReceiveAsync("inbox-dlq"));
        }

        Assert.Empty(await topology.ReceiveAsync("inbox"));
        Assert.Equal(["poison"], await topology.ReceiveAsync("inbox-dlq"));
    }

    [Fact]
    public async Task What_the_template_says_of_a_queue_reaches_a_queue_that_exists()
    {
        using var topology = await TopologyUnderTest.StartAsync(backends);
        await topology.ApplyAsync();
        await topology.ApplyAsync(r => r.Properties("Inbox")["VisibilityTimeout"] = 77);
        var answer = await topology.QueueAsync("GetQueueAttributes", "inbox", new JsonObject { ["AttributeNames"] = new JsonArray("VisibilityTimeout") });
        Assert.Equal("77", answer["Attributes"]!["VisibilityTimeout"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_missing_queue_is_made_again_and_said_once()
    {
        using var topology = await TopologyUnderTest.StartAsync(backends);
        using var keeper = topology.Keeper();
        await keeper.ApplyAsync(TestContext.Current.CancellationToken);
        await topology.QueueAsync("DeleteQueue", "inbox");

        await Task.WhenAll(keeper.RestoreAsync(TestContext.Current.CancellationToken), keeper.RestoreAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, topology.TimesLost);
        await topology.PublishAsync("wanted", "again");
        Assert.Equal(["again"], await topology.ReceiveAsync("inbox"));
    }

    [Fact]
    public async Task A_missing_table_is_made_again_and_said_once()
    {
        using var topology = await TopologyUnderTest.StartAsync(backends);
        using var keeper = topology.Keeper();
        await keeper.ApplyAsync(TestContext.Current.CancellationToken);
        await topology.Calls.DynamoDbAsync("DeleteTable", new JsonObject { ["TableName"] = topology.Template().Tables[0].Name }, TestContext.Current.CancellationToken);

        await Task.WhenAll(keeper.RestoreAsync(TestContext.Current.CancellationToken), keeper.RestoreAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, topology.TimesLost);
        Assert.True(keeper.Applied);
        Assert.Contains(topology.Template().Tables[0].Name, await topology.SnapshotAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_exists_differently_is_refused_by_name()
    {
        using var topology = await TopologyUnderTest.StartAsync(backends);
        await topology.ApplyAsync();
        var refused = await Assert.ThrowsAsync<TemplateException>(() =>
            topology.ApplyAsync(r => r.Properties("Table")["StreamSpecification"]!["StreamViewType"] = "KEYS_ONLY"));
        Assert.Contains("table things-", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_to_live_is_set_once()
    {
        using var topology = await TopologyUnderTest.StartAsync(backends);
        for (var i = 0; i < 2; i++)
            await topology.ApplyAsync(r => r.Properties("Table")["TimeToLiveSpecification"] = new JsonObject { ["AttributeName"] = "expires", ["Enabled"] = true });
        var answer = await topology.Calls.DynamoDbAsync(
            "DescribeTimeToLive", new JsonObject { ["TableName"] = topology.Template().Tables[0].Name }, TestContext.Current.CancellationToken);
        Assert.Equal("expires", answer["TimeToLiveDescription"]!["AttributeName"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_backend_that_still_reads_its_journal_is_waited_for()
    {
        var asked = 0;
        await using var backend = await HttpStub.StartAsync(http =>
        {
            http.Response.StatusCode = Interlocked.Increment(ref asked) <= 3 ? 503 : 400;
            return Task.CompletedTask;
        });
        using var http = new HttpClient();
        using var keeper = new TopologyKeeper(SmallTemplate.Read(), new BackendEndpoints(backend.Address, backend.Address), http, TimeProvider.System, NullLogger<TopologyKeeper>.Instance);
        await Assert.ThrowsAsync<BackendCallException>(() => keeper.ApplyAsync(TestContext.Current.CancellationToken));
        Assert.Equal(4, asked);
    }

    [Fact]
    public async Task A_backend_that_does_not_answer_is_named_with_its_setting()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMinutes(2) };
        using var http = new HttpClient();
        using var keeper = new TopologyKeeper(
            SmallTemplate.Read(), new BackendEndpoints(new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:1")), http, time, NullLogger<TopologyKeeper>.Instance);
        var refused = await Assert.ThrowsAsync<TemplateException>(() => keeper.ApplyAsync(TestContext.Current.CancellationToken));
        Assert.Contains("'dynamodb-url'", refused.Message, StringComparison.Ordinal);
        Assert.False(keeper.Applied);
    }
}
