using Oms.LocalAws.Lambda;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.EventSources;

/// <summary>
/// Hands the records of one shard to the function, in order and until each is done: a batch that fails is tried again
/// from its first record that is not done, for ever or as long as the event source says.
/// </summary>
internal sealed partial class StreamDelivery(
    StreamEventSource source,
    IReadOnlyList<EventFilter> filters,
    LambdaService lambda,
    TimeProvider time,
    ILogger log)
{
    /// <summary>Lambda keeps an event below its payload limit; the envelope needs a few bytes.</summary>
    private const int MaxEventBytes = LambdaService.MaxPayloadBytes - 1024;

    private readonly InvocationOptions _options = new(null, $"dynamodb:{source.Table}");

    /// <param name="records">Records of one shard in their order.</param>
    /// <param name="done">Told the sequence number up to which everything is done, each time it moves.</param>
    /// <param name="cancel">Stops after the running invocation's wait; nothing more is reported as done.</param>
    public async Task DeliverAsync(IReadOnlyList<StreamRecord> records, Action<string> done, CancellationToken cancel)
    {
        var left = records;
        while (left.Count > 0)
        {
            var batch = NextBatch(left);
            if (batch.Count > 0) await DeliverBatchAsync(batch, attempts: 0, sequence => done(LastBefore(left, batch, sequence)), cancel);
            var covered = batch.Count == 0 || batch[^1] == left.LastOrDefault(Matches) ? left.Count : IndexOf(left, batch[^1]) + 1;
            done(left[covered - 1].SequenceNumber);
            left = [.. left.Skip(covered)];
        }
    }

    /// <summary>Matching records up to the batch size and the payload limit.</summary>
    private List<StreamRecord> NextBatch(IReadOnlyList<StreamRecord> records)
    {
        List<StreamRecord> batch = [];
        var bytes = 0;
        foreach (var record in records.Where(Matches))
        {
            bytes += record.Bytes + 1;
            if (batch.Count == source.BatchSize || (batch.Count > 0 && bytes > MaxEventBytes)) break;
            batch.Add(record);
        }

        return batch;
    }

    private bool Matches(StreamRecord record) => filters.Count == 0 || filters.Any(filter => filter.Matches(record.Record));

    /// <summary>Everything before the first record that is not done counts, filtered-out records included.</summary>
    private static string LastBefore(IReadOnlyList<StreamRecord> all, List<StreamRecord> batch, int firstNotDone) =>
        all[IndexOf(all, batch[firstNotDone]) - 1].SequenceNumber;

    private static int IndexOf(IReadOnlyList<StreamRecord> records, StreamRecord record)
    {
        for (var i = 0; i < records.Count; i++)
            if (ReferenceEquals(records[i], record)) return i;
        throw new ArgumentException("not one of these records", nameof(record));
    }

    private async Task DeliverBatchAsync(List<StreamRecord> batch, int attempts, Action<int> doneBefore, CancellationToken cancel)
    {
        var backoff = new Backoff(time, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
        var start = 0;
        while (start < batch.Count)
        {
            start = SkipExpired(batch, start);
            if (start == batch.Count) return;
            var part = batch.GetRange(start, batch.Count - start);
            await lambda.WorkerAsync(source.Function, cancel);
            var result = await lambda.InvokeAsync(source.Function, StreamRecord.Event(part), _options, cancel);
            if (result is InvocationResult.Throttled)
            {
                await backoff.WaitAsync(cancel);
                continue;
            }

            var succeeded = Succeeded(part, result);
            if (succeeded == part.Count) return;
            if (succeeded > 0)
            {
                start += succeeded;
                doneBefore(start);
                attempts = 0;
                backoff.Reset();
            }

            attempts++;
            if (source.MaximumRetryAttempts >= 0 && attempts > source.MaximumRetryAttempts)
            {
                LogDiscarded(source.Function, source.Table, batch.Count - start, batch[start].SequenceNumber, batch[^1].SequenceNumber);
                return;
            }

            await backoff.WaitAsync(cancel);
            if (!source.BisectBatchOnFunctionError || succeeded > 0 || part.Count == 1) continue;

            // Splitting a batch does not use up its retries.
            var half = (part.Count + 1) / 2;
            var offset = start;
            await DeliverBatchAsync(part.GetRange(0, half), attempts - 1, before => doneBefore(offset + before), cancel);
            doneBefore(offset + half);
            start = offset + half;
            attempts = 0;
        }
    }

    private int SkipExpired(List<StreamRecord> batch, int start)
    {
        if (source.MaximumRecordAgeSeconds < 0) return start;
        var oldest = time.GetUtcNow() - TimeSpan.FromSeconds(source.MaximumRecordAgeSeconds);
        var first = start;
        while (start < batch.Count && batch[start].CreatedAt < oldest) start++;
        if (start > first) LogDiscarded(source.Function, source.Table, start - first, batch[first].SequenceNumber, batch[start - 1].SequenceNumber);
        return start;
    }

    /// <summary>How many records from the first on are done.</summary>
    private int Succeeded(List<StreamRecord> part, InvocationResult result)
    {
        if (result is not InvocationResult.Succeeded succeeded) return 0;
        if (!source.ReportBatchItemFailures) return part.Count;
        if (BatchResponse.Failures(succeeded.Payload, part.Select(r => r.SequenceNumber).ToHashSet()) is not { } failures)
        {
            LogInvalidResponse(source.Function, source.Table);
            return 0;
        }

        var lowest = failures.Count == 0 ? part.Count : part.FindIndex(r => failures.Contains(r.SequenceNumber));
        if (lowest < part.Count) LogFailures(source.Function, source.Table, part.Count - lowest, part.Count);
        return lowest;
    }

    [LoggerMessage(1, LogLevel.Error, "{Function} gave up {Count} records of {Table}, {First} to {Last}: retries or age are used up")]
    private partial void LogDiscarded(string function, string table, int count, string first, string last);

    [LoggerMessage(2, LogLevel.Warning, "{Function} answered a batch of {Table} with something that is no batch response: the whole batch counts as failed")]
    private partial void LogInvalidResponse(string function, string table);

    [LoggerMessage(3, LogLevel.Information, "{Function} gave back {Failed} of {Count} records of {Table}")]
    private partial void LogFailures(string function, string table, int failed, int count);
}
