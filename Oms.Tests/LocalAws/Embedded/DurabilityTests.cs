using System.Text.Json;
using Oms.LocalAws;
using Oms.LocalAws.Embedded;
using Oms.LocalAws.Embedded.Durability;
using Oms.LocalAws.Proxy;

namespace Oms.Tests.LocalAws.Embedded;

/// <summary>What the embedded backend promises of its data folder.</summary>
public sealed class DurabilityTests : IDisposable
{
    private readonly KeptAws _kept = new();

    public void Dispose() => _kept.Dispose();

    [Fact]
    public async Task Everything_is_there_after_one_start_and_after_another()
    {
        await FillAsync();
        var position = await StreamPositionAsync();
        var before = _kept.State();
        for (var start = 0; start < 2; start++)
        {
            _kept.Stop();
            Assert.Equal(before, _kept.State());
        }

        // Items, index, and the place in the stream.
        Assert.Equal(2, (await _kept.DynamoDbAsync("Scan", new { TableName = "items" })).GetProperty("Count").GetInt32());
        var due = await _kept.DynamoDbAsync("Query", new { TableName = "items", IndexName = "due", KeyConditionExpression = "due = :d", ExpressionAttributeValues = new Dictionary<string, object> { [":d"] = new { N = "7" } } });
        Assert.Equal("b", Assert.Single(due.GetProperty("Items").EnumerateArray()).GetProperty("pk").GetProperty("S").GetString());
        await _kept.PutAsync("items", "c", 8);
        var record = Assert.Single(await RecordsAsync(position));
        Assert.Equal("c", record.GetProperty("dynamodb").GetProperty("Keys").GetProperty("pk").GetProperty("S").GetString());

        // In flight until its time is over, with its count; delayed until its own; the subscription still filters.
        Assert.Empty(await ReceiveAsync("q"));
        _kept.Clock.Advance(TimeSpan.FromSeconds(30));
        var again = Assert.Single(await ReceiveAsync("q"));
        Assert.Equal(("in flight", "3"), (again.GetProperty("Body").GetString(), again.GetProperty("Attributes").GetProperty("ApproximateReceiveCount").GetString()));
        await _kept.SnsAsync("Action=Publish&TopicArn=arn:aws:sns:us-east-1:000000000000:t&Message=filtered&MessageAttributes.entry.1.Name=type&MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=other");
        Assert.Empty(await ReceiveAsync("q"));
        _kept.Clock.Advance(TimeSpan.FromSeconds(600));
        Assert.Contains("delayed", (await ReceiveAsync("q")).Select(m => m.GetProperty("Body").GetString()));
    }

    /// <summary>A token that a transaction was made with counts for ten minutes, also across starts; DynamoDB's own rule.</summary>
    [Fact]
    public async Task A_transaction_that_is_repeated_with_its_token_after_two_starts_is_done_once()
    {
        await _kept.CreateTableAsync("items");
        object Add() => new
        {
            ClientRequestToken = "token-1",
            TransactItems = new[] { new { Update = new { TableName = "items", Key = new { pk = new { S = "a" } }, UpdateExpression = "ADD n :one", ExpressionAttributeValues = new Dictionary<string, object> { [":one"] = new { N = "1" } } } } },
        };
        for (var start = 0; start < 3; start++)
        {
            await _kept.DynamoDbAsync("TransactWriteItems", Add());
            _kept.Stop();
        }

        Assert.Equal("1", (await _kept.DynamoDbAsync("GetItem", new { TableName = "items", Key = new { pk = new { S = "a" } } })).GetProperty("Item").GetProperty("n").GetProperty("N").GetString());
    }

    [Fact]
    public async Task An_item_whose_time_to_live_ends_while_nothing_runs_is_gone_at_the_start()
    {
        await _kept.CreateTableAsync("items");
        await _kept.DynamoDbAsync("UpdateTimeToLive", new { TableName = "items", TimeToLiveSpecification = new { Enabled = true, AttributeName = "due" } });
        await _kept.PutAsync("items", "a", (int)_kept.Clock.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds());
        for (var start = 0; start < 2; start++)
        {
            _kept.Stop();
            Assert.True((await _kept.DynamoDbAsync("GetItem", new { TableName = "items", Key = new { pk = new { S = "a" } } })).TryGetProperty("Item", out _));
        }

        _kept.Stop();
        _kept.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False((await _kept.DynamoDbAsync("GetItem", new { TableName = "items", Key = new { pk = new { S = "a" } } })).TryGetProperty("Item", out _));
        var deleted = (await RecordsAsync("TRIM_HORIZON"))[^1];
        Assert.Equal(("REMOVE", "dynamodb.amazonaws.com"), (deleted.GetProperty("eventName").GetString(), deleted.GetProperty("userIdentity").GetProperty("PrincipalId").GetString()));
    }

    [Fact]
    public async Task A_file_that_ends_anywhere_in_its_last_record_recovers_to_the_record_before()
    {
        await FillAsync();
        var before = _kept.State();
        var start = new FileInfo(_kept.File).Length;
        await _kept.SqsAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "the last one" });
        var after = _kept.State();
        _kept.Stop();
        var bytes = await File.ReadAllBytesAsync(_kept.File, TestContext.Current.CancellationToken);
        for (var end = start; end <= bytes.Length; end++)
        {
            await File.WriteAllBytesAsync(_kept.File, bytes[..(int)end], TestContext.Current.CancellationToken);
            _kept.Log.Lines.Clear();
            Assert.Equal(end == bytes.Length ? after : before, _kept.State());
            Assert.Equal(end > start && end < bytes.Length, _kept.Log.Lines.Exists(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains($"at offset {start} ", StringComparison.Ordinal)));
            _kept.Stop();
        }
    }

    [Fact]
    public async Task A_file_that_was_lengthened_and_not_yet_written_recovers()
    {
        await FillAsync();
        var before = _kept.State();
        _kept.Stop();
        await File.AppendAllBytesAsync(_kept.File, new byte[4096], TestContext.Current.CancellationToken);
        Assert.Equal(before, _kept.State());
    }

    [Fact]
    public async Task A_flipped_byte_before_the_last_record_stops_the_start_and_is_named()
    {
        await FillAsync();
        _kept.Stop();
        _ = _kept.Aws; // from here on the file begins with the state
        var start = new FileInfo(_kept.File).Length;
        await _kept.SqsAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "one" });
        var end = new FileInfo(_kept.File).Length;
        await _kept.SqsAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "two" });
        _kept.Stop();
        var bytes = await File.ReadAllBytesAsync(_kept.File, TestContext.Current.CancellationToken);
        foreach (var at in Enumerable.Range(0, (int)start).Where(at => at < 64 || at % 101 == 0).Concat(Enumerable.Range((int)start, (int)(end - start))))
        {
            var spoiled = bytes.ToArray();
            spoiled[at] ^= (byte)(1 << (at % 8));
            await File.WriteAllBytesAsync(_kept.File, spoiled, TestContext.Current.CancellationToken);
            var refused = Assert.Throws<LocalAwsException>(() => _kept.Aws);
            Assert.Contains(_kept.File, refused.Message, StringComparison.Ordinal);
            Assert.Matches($@" at offset {(at < start ? @"\d+" : $"{start}")} ", refused.Message);
        }

        await File.WriteAllBytesAsync(_kept.File, bytes, TestContext.Current.CancellationToken);
        Assert.Equal("two", (await ReceiveAsync("q"))[^1].GetProperty("Body").GetString());
    }

    /// <summary>The state that a start writes is whole before the file has its name: it is never what was not finished.</summary>
    [Fact]
    public async Task A_state_that_is_cut_off_or_has_a_flipped_byte_stops_the_start_and_loses_nothing()
    {
        await FillAsync();
        var before = _kept.State();
        _kept.Stop();
        _ = _kept.Aws; // from here on the file is the state and nothing else
        _kept.Stop();
        var bytes = await File.ReadAllBytesAsync(_kept.File, TestContext.Current.CancellationToken);
        foreach (var at in Enumerable.Range(JournalFormat.Header.Length, bytes.Length - JournalFormat.Header.Length).Where(at => at < 64 || at > bytes.Length - 16 || at % 211 == 0))
        {
            byte[][] spoiled = [bytes[..at], [.. bytes[..at], (byte)(bytes[at] ^ 1), .. bytes[(at + 1)..]]];
            foreach (var file in spoiled)
            {
                await File.WriteAllBytesAsync(_kept.File, file, TestContext.Current.CancellationToken);
                Assert.Contains($"{_kept.File} at offset {JournalFormat.Header.Length} ", Assert.Throws<LocalAwsException>(() => _kept.Aws).Message, StringComparison.Ordinal);
                Assert.Equal(file, await File.ReadAllBytesAsync(_kept.File, TestContext.Current.CancellationToken));
            }
        }

        await File.WriteAllBytesAsync(_kept.File, bytes, TestContext.Current.CancellationToken);
        Assert.Equal(before, _kept.State());
    }

    [Fact]
    public async Task Every_change_is_synced_before_it_is_acknowledged_and_nothing_else_is()
    {
        _kept.Open(path => new JournalFile(path));
        var syncs = _kept.Aws.Syncs;
        async Task Costs(int expected, Func<Task> call)
        {
            await call();
            Assert.Equal(syncs += expected, _kept.Aws.Syncs);
        }

        await Costs(1, () => _kept.CreateTableAsync("items"));
        await Costs(1, () => _kept.PutAsync("items", "a", 1));
        await Costs(0, () => _kept.DynamoDbAsync("GetItem", new { TableName = "items", Key = new { pk = new { S = "a" } } }));
        await Costs(0, () => _kept.TryAsync(AwsService.DynamoDb, "PutItem", new { TableName = "items", Item = new { pk = new { S = "a" } }, ConditionExpression = "attribute_not_exists(pk)" }));
        await Costs(1, () => _kept.SqsAsync("CreateQueue", new { QueueName = "q" }));
        await Costs(0, () => _kept.SqsAsync("CreateQueue", new { QueueName = "q" }));
        await Costs(0, () => ReceiveAsync("q"));
        await Costs(1, () => _kept.SqsAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "m" }));
        await Costs(1, () => ReceiveAsync("q"));
        await Costs(0, () => _kept.SqsAsync("GetQueueAttributes", new { QueueUrl = Messaging.Url("q"), AttributeNames = new[] { "All" } }));
        await Costs(1, () => _kept.SnsAsync("Action=CreateTopic&Name=t"));
    }

    [Fact]
    public async Task An_answer_waits_for_its_sync_reads_wait_for_what_they_show_and_calls_at_once_share_one()
    {
        HeldFile file = null!;
        _kept.Open(path => file = new HeldFile(path));
        await _kept.SqsAsync("CreateQueue", new { QueueName = "q" });
        file.Hold();
        var first = _kept.SqsAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "0" });
        await file.Syncing.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var more = Enumerable.Range(1, 20).Select(i => _kept.SqsAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = $"{i}" })).ToList();
        var read = _kept.SqsAsync("GetQueueAttributes", new { QueueUrl = Messaging.Url("q"), AttributeNames = new[] { "All" } });
        Assert.False(first.IsCompleted || read.IsCompleted || more.Exists(m => m.IsCompleted));
        var syncs = _kept.Aws.Syncs;
        file.Release();
        await Task.WhenAll([first, read, .. more]);
        Assert.Equal(2, _kept.Aws.Syncs - syncs);
    }

    [Fact]
    public async Task When_the_file_cannot_be_written_nothing_is_acknowledged_any_more()
    {
        HeldFile file = null!;
        _kept.Open(path => file = new HeldFile(path));
        await _kept.SqsAsync("CreateQueue", new { QueueName = "q" });
        file.Failure = new IOException("No space left on device");
        for (var i = 0; i < 2; i++)
        {
            var answer = await _kept.TryAsync(AwsService.Sqs, "SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "m" });
            Assert.Equal(503, answer.Status);
        }

        await Assert.ThrowsAsync<IOException>(() => _kept.Aws.Failure);
    }

    [Fact]
    public void A_folder_belongs_to_one_process_at_a_time()
    {
        _ = _kept.Aws;
        var refused = Assert.Throws<LocalAwsException>(() => new EmbeddedAws(_kept.Folder, null, _kept.Clock, _kept.Log, path => new JournalFile(path)));
        Assert.Contains($"{_kept.Folder} is in use", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_does_not_grow_with_what_is_gone_and_a_compaction_that_did_not_end_does_no_harm()
    {
        await _kept.SqsAsync("CreateQueue", new { QueueName = "q" });
        _kept.Stop();
        _ = _kept.Aws;
        var small = new FileInfo(_kept.File).Length;
        for (var i = 0; i < 50; i++)
        {
            await _kept.SqsAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = new string('x', 1000) });
            var message = (await ReceiveAsync("q"))[0];
            await _kept.SqsAsync("DeleteMessage", new { QueueUrl = Messaging.Url("q"), ReceiptHandle = message.GetProperty("ReceiptHandle").GetString() });
        }

        Assert.True(new FileInfo(_kept.File).Length > 50_000);
        var before = _kept.State();
        _kept.Stop();
        await File.WriteAllTextAsync(_kept.File + ".next", "half of a state", TestContext.Current.CancellationToken);
        Assert.Equal(before, _kept.State());
        Assert.InRange(new FileInfo(_kept.File).Length, small, small + 100);
        Assert.Equal(["aws.journal", "lock"], Directory.GetFiles(_kept.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private async Task FillAsync()
    {
        await _kept.CreateTableAsync("items");
        await _kept.PutAsync("items", "a", 5);
        await _kept.PutAsync("items", "b", 6);
        await _kept.DynamoDbAsync("UpdateItem", new { TableName = "items", Key = new { pk = new { S = "b" } }, UpdateExpression = "SET due = :d", ExpressionAttributeValues = new Dictionary<string, object> { [":d"] = new { N = "7" } } });
        await _kept.SqsAsync("CreateQueue", new { QueueName = "dlq" });
        await _kept.SqsAsync("CreateQueue", new { QueueName = "q", Attributes = new { VisibilityTimeout = "30", RedrivePolicy = $$"""{"deadLetterTargetArn":"{{Messaging.QueueArn("dlq")}}","maxReceiveCount":5}""" } });
        await _kept.SnsAsync("Action=CreateTopic&Name=t");
        await _kept.SnsAsync($"Action=Subscribe&TopicArn=arn:aws:sns:us-east-1:000000000000:t&Protocol=sqs&Endpoint={Messaging.QueueArn("q")}&Attributes.entry.1.key=FilterPolicy&Attributes.entry.1.value=%7B%22type%22%3A%5B%22wanted%22%5D%7D&Attributes.entry.2.key=RawMessageDelivery&Attributes.entry.2.value=true");
        await _kept.SqsAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "delayed", DelaySeconds = 600 });
        await _kept.SqsAsync("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "in flight" });
        await _kept.SqsAsync("ReceiveMessage", new { QueueUrl = Messaging.Url("q"), VisibilityTimeout = 0 });
        Assert.Single(await ReceiveAsync("q"));
    }

    private async Task<IReadOnlyList<JsonElement>> ReceiveAsync(string queue)
    {
        var answer = await _kept.SqsAsync("ReceiveMessage", new { QueueUrl = Messaging.Url(queue), MaxNumberOfMessages = 10, MessageSystemAttributeNames = new[] { "All" } });
        return answer.TryGetProperty("Messages", out var messages) ? [.. messages.EnumerateArray()] : [];
    }

    /// <summary>The sequence number of the last change.</summary>
    private async Task<string> StreamPositionAsync() => (await RecordsAsync("TRIM_HORIZON"))[^1].GetProperty("dynamodb").GetProperty("SequenceNumber").GetString()!;

    private async Task<IReadOnlyList<JsonElement>> RecordsAsync(string after)
    {
        var stream = (await _kept.CallAsync(AwsService.DynamoDbStreams, "ListStreams", new { TableName = "items" })).GetProperty("Streams")[0].GetProperty("StreamArn").GetString();
        var shard = (await _kept.CallAsync(AwsService.DynamoDbStreams, "DescribeStream", new { StreamArn = stream })).GetProperty("StreamDescription").GetProperty("Shards")[0].GetProperty("ShardId").GetString();
        var iterator = after == "TRIM_HORIZON"
            ? await _kept.CallAsync(AwsService.DynamoDbStreams, "GetShardIterator", new { StreamArn = stream, ShardId = shard, ShardIteratorType = after })
            : await _kept.CallAsync(AwsService.DynamoDbStreams, "GetShardIterator", new { StreamArn = stream, ShardId = shard, ShardIteratorType = "AFTER_SEQUENCE_NUMBER", SequenceNumber = after });
        return [.. (await _kept.CallAsync(AwsService.DynamoDbStreams, "GetRecords", new { ShardIterator = iterator.GetProperty("ShardIterator").GetString() })).GetProperty("Records").EnumerateArray()];
    }

    /// <summary>A file whose syncs wait, or fail, when a test says so.</summary>
    private sealed class HeldFile(string path) : JournalFile(path)
    {
        private readonly ManualResetEventSlim _open = new(true);
        private readonly TaskCompletionSource _syncing = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Syncing => _syncing.Task;

        public IOException? Failure { get; set; }

        public void Hold() => _open.Reset();

        public void Release() => _open.Set();

        public override void Sync()
        {
            if (!_open.IsSet) _syncing.TrySetResult();
            _open.Wait();
            if (Failure is not null) throw Failure;
            base.Sync();
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing) _open.Dispose();
        }
    }
}
