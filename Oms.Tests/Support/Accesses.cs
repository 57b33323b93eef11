using System.Collections.Concurrent;
using System.Text;
using Oms.LocalAws.Proxy;

namespace Oms.Tests.Support;

/// <summary>Watches which grants of the template calls were refused for, and which served: in the answers themselves, as the callers get them.</summary>
internal sealed class Accesses : IProxyFault
{
    private readonly ConcurrentDictionary<Grant, byte> _refused = new();
    private readonly ConcurrentDictionary<Grant, byte> _served = new();
    private readonly IReadOnlyList<Grant> _granted;

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

    public ValueTask<AwsAnswer?> BeforeAsync(AwsCall call, CancellationToken cancel) => default;

    public ValueTask<AwsAnswer> AfterAsync(AwsCall call, AwsAnswer answer, CancellationToken cancel)
    {
        var of = _granted.Where(grant => grant.Function == call.Caller);
        if (answer.IsSuccess && call.Caller != AccessPolicy.Administrator)
        {
            var needed = RequiredAccess.Of(call);
            foreach (var grant in of.Where(grant => needed.Contains(new RequiredAccess(grant.Action, grant.Resource))))
            {
                _served[grant] = 0;
            }
        }
        else if (answer.Status is 400 or 403)
        {
            var words = Encoding.UTF8.GetString(answer.Body.Span);
            foreach (var grant in of.Where(grant => IsDenial(words) && words.Contains($"/{grant.Function} is not authorized to perform: {grant.Action} on resource: {grant.Resource} because", StringComparison.Ordinal)))
            {
                _refused[grant] = 0;
            }
        }

        return new(answer);
    }

    /// <summary>DynamoDB and SQS call it AccessDenied, SNS AuthorizationError.</summary>
    private static bool IsDenial(string words) => words.Contains("AccessDenied", StringComparison.Ordinal) || words.Contains("AuthorizationError", StringComparison.Ordinal);
}
