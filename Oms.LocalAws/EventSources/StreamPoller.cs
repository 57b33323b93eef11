using System.Text.Json;
using Oms.LocalAws.Lambda;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.EventSources;

/// <summary>
/// Feeds one function from one table's stream: parents before children, each shard in order, one batch at a time,
/// and remembers after each batch how far it came.
/// </summary>
internal sealed partial class StreamPoller
{
    /// <summary>After a read that came too early, or took all there was, the stream is asked again this soon, and then half as often each time.</summary>
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(5);

    /// <summary>DynamoDB Local shows a record about 10 ms after its write, the embedded engine at once.</summary>
    private static readonly TimeSpan LongestLag = TimeSpan.FromMilliseconds(15);

    /// <summary>So much shorter with every record that was shown when it was waited for: a backend may have become quicker.</summary>
    private static readonly TimeSpan LagStep = TimeSpan.FromMilliseconds(0.25);

    /// <summary>Writes through the proxy wake the poller; this long it sleeps otherwise, for writes that came another way.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(200);

    private const int MaxRecordsPerCall = 1000;

    private readonly StreamEventSource _source;
    private readonly LocalTable _table;
    private readonly StreamDelivery _delivery;
    private readonly AwsCaller _aws;
    private readonly TableWrites _writes;
    private readonly StreamCheckpoints _checkpoints;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Action<string> _missing;

    public StreamPoller(
        StreamEventSource source, LocalTemplate template, LambdaService lambda, AwsProxy proxy, string stateFolder, TimeProvider time, ILogger log, Action<string> missing)
    {
        if (source.ParallelizationFactor != 1) throw new TemplateException($"the event source {source.Table} → {source.Function} has ParallelizationFactor {source.ParallelizationFactor}; LocalAws reads each shard in order, with 1");
        if (source.StartingPosition is not ("TRIM_HORIZON" or "LATEST")) throw new TemplateException($"the event source {source.Table} → {source.Function} has StartingPosition {source.StartingPosition}; a table's stream knows TRIM_HORIZON and LATEST");
        _source = source;
        _table = template.Table(source.Table);
        _aws = new AwsCaller(proxy, source.Function);
        _writes = proxy.Writes;
        _checkpoints = new StreamCheckpoints(Path.Combine(stateFolder, "streams", $"{source.Function}-{source.Table}.json"));
        _delivery = new StreamDelivery(source, [.. source.FilterPatterns.Select(EventFilter.Parse)], lambda, time, log);
        _time = time;
        _log = log;
        _missing = missing;
    }

    /// <summary>The next run reads the stream from its start, or from now on where the event source says so.</summary>
    public void Forget() => _checkpoints.Forget();

    public async Task RunAsync(CancellationToken stop)
    {
        var backoff = new Backoff(_time, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
        while (true)
        {
            try
            {
                await ReadStreamAsync(backoff, stop);
            }
            catch (AwsCallException refused)
            {
                LogRead(_source.Table, _source.Function, refused.Code, refused.Message);
                if (refused.Code == "ResourceNotFoundException") _missing(_source.Table);
                await backoff.WaitAsync(stop);
            }
        }
    }

    /// <summary>Reads every shard that is open and whose parent is done; a shard that ends has children by then.</summary>
    private async Task ReadStreamAsync(Backoff backoff, CancellationToken stop)
    {
        var stream = await FindStreamAsync(stop);
        _checkpoints.Open(stream);
        var first = _checkpoints.IsNew;
        Dictionary<string, Task> readers = [];
        using var together = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            while (true)
            {
                var shards = await ShardsAsync(stream, stop);
                foreach (var (shard, parent) in shards)
                {
                    if (readers.ContainsKey(shard) || _checkpoints[shard] is { Closed: true }) continue;
                    if (parent is not null && shards.Any(s => s.Shard == parent) && _checkpoints[parent] is not { Closed: true }) continue;
                    readers[shard] = ReadShardAsync(stream, shard, first ? _source.StartingPosition : "TRIM_HORIZON", backoff, together.Token);
                }

                first = false;
                var ended = await Task.WhenAny(readers.Values.DefaultIfEmpty(Task.Delay(Idle, _time, together.Token)));
                foreach (var shard in readers.Where(r => r.Value == ended).Select(r => r.Key).ToArray()) readers.Remove(shard);
                await ended;
            }
        }
        finally
        {
            await together.CancelAsync();
            await Task.WhenAll(readers.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> FindStreamAsync(CancellationToken cancel)
    {
        using var answer = await _aws.CallAsync(AwsService.DynamoDbStreams, "ListStreams", json => json.WriteString("TableName", _source.Table), cancel);
        // A table that was deleted and made anew leaves its old stream in the list; the label is the time of creation.
        return answer.RootElement.GetProperty("Streams").EnumerateArray()
            .OrderBy(s => s.GetProperty("StreamLabel").GetString(), StringComparer.Ordinal)
            .Select(s => s.GetProperty("StreamArn").GetString())
            .LastOrDefault() ?? throw new AwsCallException("ResourceNotFoundException", $"the table {_source.Table} has no stream");
    }

    private async Task<List<(string Shard, string? Parent)>> ShardsAsync(string stream, CancellationToken cancel)
    {
        List<(string, string?)> shards = [];
        string? after = null;
        do
        {
            var from = after;
            using var answer = await _aws.CallAsync(AwsService.DynamoDbStreams, "DescribeStream", json =>
            {
                json.WriteString("StreamArn", stream);
                if (from is not null) json.WriteString("ExclusiveStartShardId", from);
            }, cancel);
            var description = answer.RootElement.GetProperty("StreamDescription");
            foreach (var shard in description.GetProperty("Shards").EnumerateArray())
                shards.Add((shard.GetProperty("ShardId").GetString()!, Text(shard, "ParentShardId")));
            after = Text(description, "LastEvaluatedShardId");
        }
        while (after is not null);
        return shards;
    }

    private async Task ReadShardAsync(string stream, string shard, string startingPosition, Backoff backoff, CancellationToken cancel)
    {
        var iterator = await IteratorAsync(stream, shard, startingPosition, cancel);
        var pause = TimeSpan.Zero;
        var lag = TimeSpan.Zero; // from a write until the stream shows it, as the last reads have seen it
        var written = false; // a write has woken the next read
        var missed = false; // the last write that did so was not shown yet, or gave no record
        while (iterator is not null)
        {
            // Asked for before reading: a write between the read and the wait is not slept through.
            var write = _writes.NextAsync(_source.Table);
            List<StreamRecord> records;
            string? next;
            try
            {
                (records, next) = await CollectAsync(iterator, cancel);
            }
            catch (AwsCallException old) when (old.Code is "ExpiredIteratorException" or "TrimmedDataAccessException")
            {
                LogIterator(_source.Table, _source.Function, old.Code);
                iterator = await IteratorAsync(stream, shard, "TRIM_HORIZON", cancel, trimmed: old.Code == "TrimmedDataAccessException");
                pause = TimeSpan.Zero;
                continue;
            }

            backoff.Reset();
            if (records.Count > 0)
                await _delivery.DeliverAsync(records, done => _checkpoints.Save(shard, new(done, Closed: false)), cancel);
            iterator = next;
            if (iterator is null) break;
            // What no write has woken but was shown in the meantime had been written before the read that missed it.
            if (records.Count > 0 && (written || missed)) lag = TimeSpan.FromTicks(Math.Clamp((written ? lag - LagStep : lag + Busy).Ticks, 0, LongestLag.Ticks));
            missed = records.Count == 0 && (written || missed);
            (pause, written) = records.Count >= _source.BatchSize ? (TimeSpan.Zero, false) : await PauseAsync(records.Count > 0 ? TimeSpan.Zero : pause, write, lag, cancel);
        }

        _checkpoints.Save(shard, new(_checkpoints[shard]?.After, Closed: true));
    }

    /// <summary>Twice as long with every empty read, until a write wakes the reader, which then waits for its record to be shown.</summary>
    private async Task<(TimeSpan Pause, bool Written)> PauseAsync(TimeSpan last, Task write, TimeSpan lag, CancellationToken cancel)
    {
        var pause = TimeSpan.FromTicks(Math.Clamp(last.Ticks * 2, Busy.Ticks, Idle.Ticks));
        if (!write.IsCompleted)
        {
            using var awake = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(Task.Delay(pause, _time, awake.Token), write);
            await awake.CancelAsync();
            cancel.ThrowIfCancellationRequested();
        }

        if (!write.IsCompleted) return (pause, false);
        if (lag > TimeSpan.Zero) await Task.Delay(lag, _time, cancel);
        return (TimeSpan.Zero, true);
    }

    /// <summary>One read, or with a batching window as many as fit into it until the batch is full.</summary>
    private async Task<(List<StreamRecord> Records, string? Next)> CollectAsync(string iterator, CancellationToken cancel)
    {
        var (records, next) = await RecordsAsync(iterator, cancel);
        if (records.Count == 0) return (records, next);
        var end = _time.GetUtcNow() + _source.BatchingWindow;
        while (next is not null && records.Count < _source.BatchSize && end - _time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < Idle ? left : Idle, _time, cancel);
            (var more, next) = await RecordsAsync(next, cancel);
            records.AddRange(more);
        }

        return (records, next);
    }

    private async Task<(List<StreamRecord> Records, string? Next)> RecordsAsync(string iterator, CancellationToken cancel)
    {
        using var answer = await _aws.CallAsync(AwsService.DynamoDbStreams, "GetRecords", json =>
        {
            json.WriteString("ShardIterator", iterator);
            json.WriteNumber("Limit", Math.Min(_source.BatchSize, MaxRecordsPerCall));
        }, cancel);
        return (
            [.. answer.RootElement.GetProperty("Records").EnumerateArray().Select(record => StreamRecord.Of(record, _table.StreamArn))],
            Text(answer.RootElement, "NextShardIterator"));
    }

    private async Task<string> IteratorAsync(string stream, string shard, string startingPosition, CancellationToken cancel, bool trimmed = false)
    {
        var after = trimmed ? null : _checkpoints[shard]?.After;
        try
        {
            using var answer = await _aws.CallAsync(AwsService.DynamoDbStreams, "GetShardIterator", json =>
            {
                json.WriteString("StreamArn", stream);
                json.WriteString("ShardId", shard);
                json.WriteString("ShardIteratorType", after is null ? startingPosition : "AFTER_SEQUENCE_NUMBER");
                if (after is not null) json.WriteString("SequenceNumber", after);
            }, cancel);
            return answer.RootElement.GetProperty("ShardIterator").GetString()!;
        }
        catch (AwsCallException old) when (old.Code == "TrimmedDataAccessException" && after is not null)
        {
            LogIterator(_source.Table, _source.Function, old.Code);
            return await IteratorAsync(stream, shard, "TRIM_HORIZON", cancel, trimmed: true);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [LoggerMessage(1, LogLevel.Warning, "Reading the stream of {Table} for {Function} failed: {Code} {Message}")]
    private partial void LogRead(string table, string function, string code, string message);

    [LoggerMessage(2, LogLevel.Warning, "The position in the stream of {Table} for {Function} is no longer there ({Code}): reading again from the last batch that is still kept")]
    private partial void LogIterator(string table, string function, string code);
}
