using System.Globalization;
using System.Text.Json;
using Oms.LocalAws.Lambda;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.EventSources;

/// <summary>
/// Feeds one function from one queue: long polls, invokes with whole batches, deletes what succeeded. What failed stays
/// hidden until the queue's visibility time-out ends; counting receives and dead-lettering are the queue's own work.
/// </summary>
internal sealed partial class SqsPoller
{
    /// <summary>SQS gives at most this many messages per receive and takes as many per delete.</summary>
    private const int MaxPerCall = 10;

    /// <summary>Lambda starts a queue with five concurrent batches where no maximum is set.</summary>
    private const int DefaultConcurrency = 5;

    /// <summary>
    /// AWS waits 20 s. The local backend goes on serving a poll whose caller was killed, and hides what it hands to
    /// nobody for a whole visibility time-out: a short poll keeps that rare.
    /// </summary>
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(2);

    private readonly QueueEventSource _source;
    private readonly LocalQueue _queue;
    private readonly LambdaService _lambda;
    private readonly AwsCaller _aws;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Action<string> _queueMissing;
    private readonly string _queueUrl;
    private readonly List<Task> _batches = [];

    public SqsPoller(QueueEventSource source, LocalTemplate template, LambdaService lambda, AwsProxy proxy, TimeProvider time, ILogger log, Action<string> queueMissing)
    {
        if (source.FilterPatterns.Count > 0) throw new TemplateException($"the event source {source.Queue} → {source.Function} has FilterCriteria; LocalAws filters streams only");
        if (source.Queue.EndsWith(".fifo", StringComparison.Ordinal)) throw new TemplateException($"the event source {source.Queue} → {source.Function} is a FIFO queue; LocalAws polls standard queues only");
        if (source.BatchSize > MaxPerCall && source.BatchingWindow == TimeSpan.Zero) throw new TemplateException($"the event source {source.Queue} → {source.Function} has BatchSize {source.BatchSize}; above 10 AWS wants MaximumBatchingWindowInSeconds of at least 1");
        _source = source;
        _queue = template.Queue(source.Queue);
        _queueUrl = $"http://127.0.0.1/{LocalTemplate.Account}/{source.Queue}";
        _lambda = lambda;
        _aws = new AwsCaller(proxy, source.Function);
        _time = time;
        _log = log;
        _queueMissing = queueMissing;
    }

    public async Task RunAsync(CancellationToken stop)
    {
        var backoff = new Backoff(_time, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
        TimeSpan? visibility = null;
        try
        {
            while (true)
            {
                await _lambda.WorkerAsync(_source.Function, stop);
                await RoomAsync();
                stop.ThrowIfCancellationRequested();
                try
                {
                    visibility ??= await VisibilityAsync(stop);
                    var batch = await ReceiveAsync(stop);
                    backoff.Reset();
                    if (batch.Count > 0) _batches.Add(ProcessAsync(batch, _time.GetUtcNow() + visibility.Value, stop));
                }
                catch (AwsCallException refused)
                {
                    LogReceive(_source.Queue, _source.Function, refused.Code, refused.Message);
                    if (refused.Code is "QueueDoesNotExist" or "AWS.SimpleQueueService.NonExistentQueue") _queueMissing(_source.Queue);
                    visibility = null;
                    await backoff.WaitAsync(stop);
                }
            }
        }
        finally
        {
            await Task.WhenAll(_batches);
            _batches.Clear();
        }
    }

    /// <summary>Waits until another batch may run; messages are not received, and hidden from others, before there is room.</summary>
    private async Task RoomAsync()
    {
        if (_batches.Count >= (_source.MaximumConcurrency ?? DefaultConcurrency)) await Task.WhenAny(_batches);
        for (var i = _batches.Count - 1; i >= 0; i--)
        {
            if (!_batches[i].IsCompleted) continue;
            await _batches[i];
            _batches.RemoveAt(i);
        }
    }

    /// <summary>Lambda asks for the queue's attributes too (its role needs the permission); here they say how long a batch may take.</summary>
    private async Task<TimeSpan> VisibilityAsync(CancellationToken cancel)
    {
        using var answer = await _aws.CallAsync(AwsService.Sqs, "GetQueueAttributes", json =>
        {
            json.WriteString("QueueUrl", _queueUrl);
            json.WriteStartArray("AttributeNames");
            json.WriteStringValue("VisibilityTimeout");
            json.WriteEndArray();
        }, cancel);
        var seconds = answer.RootElement.GetProperty("Attributes").GetProperty("VisibilityTimeout").GetString()!;
        return TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture));
    }

    private async Task<List<JsonElement>> ReceiveAsync(CancellationToken cancel)
    {
        var batch = await ReceiveAsync(_source.BatchSize, LongPoll, cancel);
        if (batch.Count == 0) return batch;
        var end = _time.GetUtcNow() + _source.BatchingWindow;
        while (batch.Count < _source.BatchSize && end - _time.GetUtcNow() is var left && left > TimeSpan.Zero)
            batch.AddRange(await ReceiveAsync(_source.BatchSize - batch.Count, left, cancel));
        return batch;
    }

    private async Task<List<JsonElement>> ReceiveAsync(int most, TimeSpan wait, CancellationToken cancel)
    {
        using var answer = await _aws.CallAsync(AwsService.Sqs, "ReceiveMessage", json =>
        {
            json.WriteString("QueueUrl", _queueUrl);
            json.WriteNumber("MaxNumberOfMessages", Math.Min(most, MaxPerCall));
            json.WriteNumber("WaitTimeSeconds", (int)Math.Ceiling(wait.TotalSeconds));
            foreach (var all in (string[])["MessageSystemAttributeNames", "MessageAttributeNames"])
            {
                json.WriteStartArray(all);
                json.WriteStringValue("All");
                json.WriteEndArray();
            }
        }, cancel);
        return answer.RootElement.TryGetProperty("Messages", out var messages) && messages.ValueKind == JsonValueKind.Array
            ? [.. messages.EnumerateArray().Select(message => message.Clone())]
            : [];
    }

    private async Task ProcessAsync(List<JsonElement> batch, DateTimeOffset visibleAgain, CancellationToken stop)
    {
        try
        {
            var result = await InvokeAsync(SqsEvent.Write(batch, _queue.Arn), visibleAgain, stop);
            var done = Succeeded(batch, result);
            foreach (var chunk in done.Chunk(MaxPerCall)) await DeleteAsync(chunk, stop);
        }
        catch (AwsCallException refused)
        {
            // The messages come again when their visibility time-out ends; functions are safe twice.
            LogDelete(_source.Queue, _source.Function, refused.Code, refused.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // LocalAws stops: what was not deleted comes again after the next start.
        }
    }

    /// <summary>A throttled batch is tried again for as long as its messages stay hidden, as Lambda does.</summary>
    private async Task<InvocationResult> InvokeAsync(ReadOnlyMemory<byte> payload, DateTimeOffset visibleAgain, CancellationToken stop)
    {
        var backoff = new Backoff(_time, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        var options = new InvocationOptions(null, $"sqs:{_source.Queue}");
        while (true)
        {
            var result = await _lambda.InvokeAsync(_source.Function, payload, options, stop);
            if (result is not InvocationResult.Throttled || _time.GetUtcNow() >= visibleAgain) return result;
            await backoff.WaitAsync(stop);
        }
    }

    private List<JsonElement> Succeeded(List<JsonElement> batch, InvocationResult result)
    {
        if (result is not InvocationResult.Succeeded succeeded) return [];
        if (!_source.ReportBatchItemFailures) return batch;
        if (BatchResponse.Failures(succeeded.Payload, batch.Select(Id).ToHashSet()) is not { } failures)
        {
            LogInvalidResponse(_source.Function, _source.Queue);
            return [];
        }

        if (failures.Count > 0) LogFailures(_source.Function, _source.Queue, failures.Count, batch.Count);
        return [.. batch.Where(message => !failures.Contains(Id(message)))];
    }

    private async Task DeleteAsync(JsonElement[] messages, CancellationToken cancel)
    {
        using var answer = await _aws.CallAsync(AwsService.Sqs, "DeleteMessageBatch", json =>
        {
            json.WriteString("QueueUrl", _queueUrl);
            json.WriteStartArray("Entries");
            for (var i = 0; i < messages.Length; i++)
            {
                json.WriteStartObject();
                json.WriteString("Id", i.ToString(CultureInfo.InvariantCulture));
                json.WriteString("ReceiptHandle", messages[i].GetProperty("ReceiptHandle").GetString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }, cancel);
        if (answer.RootElement.TryGetProperty("Failed", out var failed) && failed.ValueKind == JsonValueKind.Array && failed.GetArrayLength() > 0)
            LogDelete(_source.Queue, _source.Function, "Failed", $"{failed.GetArrayLength()} of {messages.Length} receipt handles were refused");
    }

    private static string Id(JsonElement message) => message.GetProperty("MessageId").GetString()!;

    [LoggerMessage(1, LogLevel.Warning, "Reading {Queue} for {Function} failed: {Code} {Message}")]
    private partial void LogReceive(string queue, string function, string code, string message);

    [LoggerMessage(2, LogLevel.Warning, "Deleting from {Queue} for {Function} failed: {Code} {Message}")]
    private partial void LogDelete(string queue, string function, string code, string message);

    [LoggerMessage(3, LogLevel.Warning, "{Function} answered a batch of {Queue} with something that is no batch response: the whole batch counts as failed")]
    private partial void LogInvalidResponse(string function, string queue);

    [LoggerMessage(4, LogLevel.Information, "{Function} gave back {Failed} of {Count} messages of {Queue}")]
    private partial void LogFailures(string function, string queue, int failed, int count);
}
