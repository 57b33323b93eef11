using Amazon.Lambda.Core;

namespace Oms.ServiceDefaults;

/// <summary>One invocation of a function: its AWS request id, and the token that is cancelled shortly before Lambda would cut it off.</summary>
public sealed record Invocation(string RequestId, CancellationToken Cancellation)
{
    /// <summary>Time kept back for telling the outcome (partial batch failures, 503) before the deadline.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1);

    public static CancellationTokenSource DeadlineOf(ILambdaContext context, TimeProvider clock)
    {
        var left = context.RemainingTime - Reserve;
        return left > TimeSpan.Zero ? new CancellationTokenSource(left, clock) : new CancellationTokenSource(TimeSpan.Zero, clock);
    }
}
