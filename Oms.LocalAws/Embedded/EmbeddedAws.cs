using Oms.LocalAws.Embedded.Durability;
using Oms.LocalAws.Embedded.DynamoDb;
using Oms.LocalAws.Embedded.Messaging;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded;

/// <summary>
/// DynamoDB, its streams, SNS and SQS in this process. With a data folder every change is synced to a file before it is answered, and no
/// answer shows what is not synced; a start brings back everything. Without one all of it ends with the process.
/// </summary>
public sealed class EmbeddedAws : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly EngineSet _engines;
    private readonly DataFolder? _data;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _arrival = NewArrival();

    /// <param name="dataFolder">Null: nothing is kept.</param>
    /// <param name="queues">What queue URLs begin with; null: LocalAws's own address.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what the start found.</param>
    /// <exception cref="LocalAwsException">The folder is in use, or what is in it is damaged.</exception>
    public EmbeddedAws(string? dataFolder, Uri? queues, TimeProvider time, ILogger<EmbeddedAws> log)
        : this(dataFolder, queues, time, log, path => new JournalFile(path))
    {
    }

    internal EmbeddedAws(string? dataFolder, Uri? queues, TimeProvider time, ILogger log, Func<string, JournalFile> append)
    {
        _time = time;
        _data = dataFolder is null ? null : DataFolder.Open(dataFolder, () => new EngineSet(queues), append, log);
        _engines = _data?.Engines ?? new EngineSet(queues);
    }

    /// <summary>How often the file was synced: once before every change is acknowledged, or before several that came at once.</summary>
    public long Syncs => _data?.Journal.Syncs ?? 0;

    /// <summary>Fails when the file cannot be written any more: then nothing is answered with success, and the process should end.</summary>
    public Task Failure => _failed.Task;

    public DynamoDbEngine DynamoDb => _engines.DynamoDb;

    public MessagingEngine Messaging => _engines.Messaging;

    /// <summary>Answers a call when what it did is durable; a receive that finds nothing waits as long as it says.</summary>
    public async Task<AwsAnswer> CallAsync(AwsCall call, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        var wait = call is { Service: AwsService.Sqs, Operation: "ReceiveMessage" } ? Messaging.WaitTime(call) : TimeSpan.Zero;
        while (true)
        {
            var (answer, durable, arrival) = Apply(call);
            try
            {
                await durable;
            }
            catch (IOException failed)
            {
                _failed.TrySetException(failed);
                return AwsErrors.Unavailable(call, $"the data of the embedded backend cannot be written: {failed.Message}");
            }

            var left = wait - _time.GetElapsedTime(started);
            if (!ReferenceEquals(answer, SqsAnswer.Empty) || left <= TimeSpan.Zero) return answer;
            await WaitAsync(arrival, left, cancel);
        }
    }

    public void Dispose() => _data?.Dispose();

    /// <summary>All state, as a start of the file keeps it.</summary>
    internal byte[] State()
    {
        lock (_gate) return EmbeddedState.Of(_engines);
    }

    /// <summary>One call after another, recorded in the order in which they took effect.</summary>
    private (AwsAnswer Answer, Task Durable, Task Arrival) Apply(AwsCall call)
    {
        lock (_gate)
        {
            _engines.Clock.MoveTo(_time.GetUtcNow());
            var version = Messaging.State.Version;
            var answer = _engines.Call(call);
            var arrived = Messaging.State.Version != version;
            if (arrived) Interlocked.Exchange(ref _arrival, NewArrival()).SetResult();
            if (_data is not { } data) return (answer, Task.CompletedTask, _arrival.Task);
            try
            {
                var changed = arrived || (DynamoDbEngine.MayChange(call) && answer.IsSuccess);
                var durable = changed
                    ? data.Journal.Append(new JournalRecord(_engines.Clock.GetUtcNow(), call.Service, call.Operation, call.Body))
                    : data.Journal.Durable;
                return (answer, durable, _arrival.Task);
            }
            catch (IOException failed)
            {
                return (answer, Task.FromException(failed), _arrival.Task);
            }
        }
    }

    /// <summary>Until something has changed in any queue, or becomes visible by itself, or the time is over.</summary>
    private async Task WaitAsync(Task arrival, TimeSpan left, CancellationToken cancel)
    {
        if (Messaging.NextDue - _time.GetUtcNow() is { } due && due < left) left = due < TimeSpan.Zero ? TimeSpan.Zero : due;
        try
        {
            // A tick more: a timer may be early by less than the clock can tell.
            await arrival.WaitAsync(left + TimeSpan.FromMilliseconds(1), _time, cancel);
        }
        catch (TimeoutException)
        {
            // The caller looks again.
        }
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
