using System.Collections.Concurrent;
using System.Text.Json;
using Oms.Tests.Support;

namespace Oms.Tests.LocalAws.Embedded;

/// <summary>The embedded backend as a process, killed while it writes: every call that was acknowledged is there afterwards.</summary>
public sealed class KilledBackendTests : IAsyncLifetime
{
    private const int Rounds = 3;
    private const int Writers = 8;
    private const int Enough = 150;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("oms-killed-");
    private readonly HttpClient _http = new();
    private StackBackend _backend = null!;

    public async ValueTask InitializeAsync()
    {
        _backend = await StackBackend.StartAsync(BackendKind.EmbeddedProcess, _folder.FullName);
        await CallAsync("DynamoDB_20120810.CreateTable", new
        {
            TableName = "items",
            BillingMode = "PAY_PER_REQUEST",
            AttributeDefinitions = new[] { new { AttributeName = "pk", AttributeType = "S" } },
            KeySchema = new[] { new { AttributeName = "pk", KeyType = "HASH" } },
        });
        await CallAsync("AmazonSQS.CreateQueue", new { QueueName = "q" });
    }

    public async ValueTask DisposeAsync()
    {
        await _backend.DisposeAsync();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Every_acknowledged_call_is_there_after_SIGKILL()
    {
        var items = new ConcurrentBag<string>();
        var messages = new ConcurrentBag<string>();
        for (var round = 0; round < Rounds; round++)
        {
            var goal = items.Count + messages.Count + Enough;
            var writers = Enumerable.Range(0, Writers).Select(writer => WriteAsync($"{round}-{writer}", items, messages)).ToList();
            await OmsClient.WaitUntilAsync(() => Task.FromResult(items.Count + messages.Count >= goal), "enough is written");
            Assert.All(writers, static writer => Assert.False(writer.IsCompleted));
            await _backend.KillMessagingAsync();
            await Task.WhenAll(writers);

            foreach (var id in items)
            {
                var found = await CallAsync("DynamoDB_20120810.GetItem", new { TableName = "items", Key = new { pk = new { S = id } } });
                Assert.True(found.TryGetProperty("Item", out _), $"{id} was acknowledged and is gone after round {round}");
            }

            var attributes = await CallAsync("AmazonSQS.GetQueueAttributes", new { QueueUrl = Messaging.Url("q"), AttributeNames = new[] { "ApproximateNumberOfMessages" } });
            Assert.InRange(int.Parse(attributes.GetProperty("Attributes").GetProperty("ApproximateNumberOfMessages").GetString()!, System.Globalization.CultureInfo.InvariantCulture), messages.Count, messages.Count + ((round + 1) * Writers));
        }

        Assert.Subset(await ReceivedAsync(), messages.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Items and messages in turn, until the connection breaks.</summary>
    private async Task WriteAsync(string writer, ConcurrentBag<string> items, ConcurrentBag<string> messages)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                await CallAsync("DynamoDB_20120810.PutItem", new { TableName = "items", Item = new { pk = new { S = $"{writer}-{i}" } } });
                items.Add($"{writer}-{i}");
                messages.Add((await CallAsync("AmazonSQS.SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = $"{writer}-{i}" })).GetProperty("MessageId").GetString()!);
            }
        }
        catch (HttpRequestException)
        {
            // Killed: what was not acknowledged may be there or not.
        }
    }

    private async Task<HashSet<string>> ReceivedAsync()
    {
        var received = new HashSet<string>(StringComparer.Ordinal);
        while ((await CallAsync("AmazonSQS.ReceiveMessage", new { QueueUrl = Messaging.Url("q"), MaxNumberOfMessages = 10, VisibilityTimeout = 600 })).TryGetProperty("Messages", out var messages))
        {
            received.UnionWith(messages.EnumerateArray().Select(message => message.GetProperty("MessageId").GetString()!));
        }

        return received;
    }

    private async Task<JsonElement> CallAsync(string target, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _backend.DynamoDbUrl) { Content = new StringContent(JsonSerializer.Serialize(body)) };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
