using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Oms.LocalAws.Proxy;

namespace Oms.Tests.Support;

/// <summary>Watches which grants of the template calls were refused for, and which served: in the answers themselves, as the callers get them.</summary>
internal sealed class Accesses : IProxyFault
{
    private readonly ConcurrentDictionary<Grant, byte> _refused = new();
    private readonly ConcurrentDictionary<Grant, byte> _served = new();
    private readonly IReadOnlyList<Grant> _granted;
    private TaskCompletionSource _next = NewTurn();

    public Accesses(IReadOnlyList<Grant> granted) => _granted = granted;

    public void Forget(Grant grant)
    {
        _refused.TryRemove(grant, out _);
        _served.TryRemove(grant, out _);
    }

    /// <summary>A call of the function was answered with access denied, in words that name function, action and resource.</summary>
    public bool Refused(Grant grant) => _refused.ContainsKey(grant);

    /// <summary>A call that needs the grant was done.</summary>
    public bool Served(Grant grant) => _served.ContainsKey(grant);

    /// <summary>Waits until <paramref name="shows"/>; false when the limit is over first.</summary>
    public async Task<bool> WithinAsync(TimeSpan limit, Func<bool> shows)
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            // Taken before the look: what is seen between the two is not slept through.
            var next = Volatile.Read(ref _next).Task;
            if (shows())
            {
                return true;
            }

            if (limit - started.Elapsed is not { Ticks: > 0 } left || await Task.WhenAny(next, Task.Delay(left, TestContext.Current.CancellationToken)) != next)
            {
                return shows();
            }
        }
    }

    public ValueTask<AwsAnswer?> BeforeAsync(AwsCall call, CancellationToken cancel) => default;

    public ValueTask<AwsAnswer> AfterAsync(AwsCall call, AwsAnswer answer, CancellationToken cancel)
    {
        var of = _granted.Where(grant => grant.Function == call.Caller);
        if (answer.IsSuccess && call.Caller != AccessPolicy.Administrator)
        {
            var needed = RequiredAccess.Of(call);
            Note(_served, of.Where(grant => needed.Contains(new RequiredAccess(grant.Action, grant.Resource))));
        }
        else if (answer.Status is 400 or 403)
        {
            var words = Encoding.UTF8.GetString(answer.Body.Span);
            Note(_refused, of.Where(grant => IsDenial(words) && words.Contains($"/{grant.Function} is not authorized to perform: {grant.Action} on resource: {grant.Resource} because", StringComparison.Ordinal)));
        }

        return new(answer);
    }

    private static TaskCompletionSource NewTurn() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Note(ConcurrentDictionary<Grant, byte> seen, IEnumerable<Grant> grants)
    {
        var isNew = false;
        foreach (var grant in grants)
        {
            isNew |= seen.TryAdd(grant, 0);
        }

        if (isNew)
        {
            Interlocked.Exchange(ref _next, NewTurn()).SetResult();
        }
    }

    /// <summary>DynamoDB and SQS call it AccessDenied, SNS AuthorizationError.</summary>
    private static bool IsDenial(string words) => words.Contains("AccessDenied", StringComparison.Ordinal) || words.Contains("AuthorizationError", StringComparison.Ordinal);
}
