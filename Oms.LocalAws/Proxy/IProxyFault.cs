namespace Oms.LocalAws.Proxy;

/// <summary>A seam for tests: looks at every call before and after it takes effect, and may spoil it.</summary>
public interface IProxyFault
{
    /// <summary>Null lets the call through; an answer is given instead of it (AwsAnswer.Dropped: the connection breaks).</summary>
    ValueTask<AwsAnswer?> BeforeAsync(AwsCall call, CancellationToken cancel);

    /// <summary>What the caller sees of a call that has taken effect, or that its permissions refuse.</summary>
    ValueTask<AwsAnswer> AfterAsync(AwsCall call, AwsAnswer answer, CancellationToken cancel);
}
