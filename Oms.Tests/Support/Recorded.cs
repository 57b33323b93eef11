using System.Reflection;

namespace Oms.Tests.Support;

/// <summary>An AWS client that sends nothing: it answers as told.</summary>
#pragma warning disable CA1852 // the proxy that the runtime makes derives from it
internal class Recorded<TClient> : DispatchProxy
    where TClient : class
#pragma warning restore CA1852
{
    private Func<object, object> _answer = static request => throw new NotSupportedException(request.GetType().Name);

    /// <param name="answer">Request → task with the response.</param>
    public static TClient Answering(Func<object, object> answer)
    {
        var client = Create<TClient, Recorded<TClient>>();
        ((Recorded<TClient>)(object)client)._answer = answer;
        return client;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => args switch
    {
        [{ } request, ..] => _answer(request),
        _ when targetMethod?.Name == nameof(IDisposable.Dispose) => null,
        _ => throw new NotSupportedException(targetMethod?.Name),
    };
}
