using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Oms.ServiceDefaults;

/// <summary>
/// Retries calls to AWS with full jitter on the injected clock. Only for calls that are safe to repeat: conditional writes, reads, and publishing events that consumers recognise.
/// A repeated conditional write may find its own first attempt: the store that made it tells the two apart.
/// </summary>
public sealed class RetryPolicy(TimeProvider clock, Random random)
{
    /// <summary>Attempts within one invocation; what then still fails goes back to the queue, the stream or the client.</summary>
    public const int Attempts = 6;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call(cancellation);
            }
            catch (Exception fault) when (attempt < Attempts && IsTransient(fault, cancellation))
            {
                await PauseAsync(attempt, cancellation);
            }
        }
    }

    /// <summary>Whether the same call may succeed a moment later: throttling, conflicts, 5xx, and connections that broke.</summary>
    public static bool IsTransient(Exception fault, CancellationToken cancellation) => fault switch
    {
        OperationCanceledException => !cancellation.IsCancellationRequested, // the client's own time-out
        TransactionCanceledException cancelled => cancelled.CancellationReasons is { Count: > 0 } reasons && reasons.TrueForAll(IsTransientReason),
        TransactionConflictException or TransactionInProgressException or ProvisionedThroughputExceededException or RequestLimitExceededException => true,
        AmazonServiceException service => (int)service.StatusCode >= 500 || (int)service.StatusCode == 0 || IsThrottle(service.ErrorCode),
        TimeoutException => true, // what the SDK makes of its HTTP client's time-out
        AmazonClientException or HttpRequestException or IOException => true,
        _ => false,
    };

    /// <summary>Full jitter: anything between nothing and the doubling cap.</summary>
    public TimeSpan Pause(int attempt)
    {
        var cap = Math.Min(First.TotalMilliseconds * Math.Pow(2, attempt - 1), Longest.TotalMilliseconds);
#pragma warning disable CA5394 // jitter
        return TimeSpan.FromMilliseconds(random.NextDouble() * cap);
#pragma warning restore CA5394
    }

    /// <summary>Waits for as long as <see cref="Pause"/> says. Cancelled, it goes on where it is cancelled, and not on a thread of the pool as Task.Delay does: who drives the clock drives all of it.</summary>
    public async Task PauseAsync(int attempt, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var over = new TaskCompletionSource();
        using var timer = clock.CreateTimer(static over => ((TaskCompletionSource)over!).TrySetResult(), over, Pause(attempt), Timeout.InfiniteTimeSpan);
        using var registration = cancellation.UnsafeRegister(static (over, token) => ((TaskCompletionSource)over!).TrySetCanceled(token), over);
        await over.Task;
    }

    private static bool IsTransientReason(CancellationReason reason) => reason.Code is null or "None" or "TransactionConflict" or "ThrottlingError" or "ProvisionedThroughputExceeded";

    private static bool IsThrottle(string? code) => code is "ThrottlingException" or "Throttling" or "Throttled" or "ThrottledException" or "TooManyRequestsException" or "RequestThrottled" or "RequestThrottledException" or "RequestLimitExceeded";
}
