using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Oms.LocalAws.Embedded;
using Oms.LocalAws.Proxy;

namespace Oms.Tests.LocalAws.Embedded;

/// <summary>ReceiveMessage waits: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html</summary>
public sealed class LongPollTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private readonly EmbeddedAws _aws;

    public LongPollTests() => _aws = new EmbeddedAws(null, null, _clock, NullLogger<EmbeddedAws>.Instance);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task A_message_that_arrives_ends_the_wait()
    {
        await CallAsync("CreateQueue", new { QueueName = "q" });
        var receive = CallAsync("ReceiveMessage", new { QueueUrl = Messaging.Url("q"), WaitTimeSeconds = 20 });
        Assert.False(receive.IsCompleted);
        await CallAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "m" });
        Assert.Equal("m", Body(await receive.WaitAsync(TimeSpan.FromSeconds(10), Cancel)));
    }

    [Fact]
    public async Task A_message_that_becomes_visible_by_itself_ends_the_wait()
    {
        await CallAsync("CreateQueue", new { QueueName = "q" });
        await CallAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "m", DelaySeconds = 5 });
        var receive = CallAsync("ReceiveMessage", new { QueueUrl = Messaging.Url("q"), WaitTimeSeconds = 20 });
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.False(receive.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("m", Body(await receive.WaitAsync(TimeSpan.FromSeconds(10), Cancel)));
    }

    [Fact]
    public async Task Without_a_message_the_answer_is_empty_when_the_time_is_over()
    {
        await CallAsync("CreateQueue", new { QueueName = "q", Attributes = new { ReceiveMessageWaitTimeSeconds = "10" } });
        var receive = CallAsync("ReceiveMessage", new { QueueUrl = Messaging.Url("q") });
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(receive.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("{}", (await receive.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).GetRawText());
    }

    [Fact]
    public async Task One_message_ends_one_of_two_waits_and_a_caller_who_leaves_takes_none()
    {
        await CallAsync("CreateQueue", new { QueueName = "q" });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var left = CallUntilAsync("ReceiveMessage", new { QueueUrl = Messaging.Url("q"), WaitTimeSeconds = 20 }, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Task<JsonElement>[] waiting = [.. Enumerable.Range(0, 2).Select(_ => CallAsync("ReceiveMessage", new { QueueUrl = Messaging.Url("q"), WaitTimeSeconds = 20 }))];
        await CallAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "m" });
        var first = await Task.WhenAny(waiting).WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal("m", Body(await first));
        Assert.Equal(1, waiting.Count(receive => !receive.IsCompleted));
        _clock.Advance(TimeSpan.FromSeconds(21));
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }

    private static string Body(JsonElement answer) => answer.GetProperty("Messages")[0].GetProperty("Body").GetString()!;

    private Task<JsonElement> CallAsync(string operation, object body) => CallUntilAsync(operation, body, Cancel);

    private async Task<JsonElement> CallUntilAsync(string operation, object body, CancellationToken cancel)
    {
        using var call = new AwsCall("local", AwsService.Sqs, operation, JsonSerializer.SerializeToUtf8Bytes(body));
        var answer = await _aws.CallAsync(call, cancel);
        Assert.True(answer.IsSuccess);
        return JsonDocument.Parse(answer.Body).RootElement;
    }
}
