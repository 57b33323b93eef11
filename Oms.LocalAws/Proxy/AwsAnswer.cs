namespace Oms.LocalAws.Proxy;

/// <summary>What a service answered; Dropped means that the caller sees its connection break instead.</summary>
public sealed record AwsAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    public static readonly AwsAnswer Dropped = new(0, "", ReadOnlyMemory<byte>.Empty);

    /// <summary>Headers of the backend's answer that its clients read, such as x-amzn-RequestId and x-amzn-query-error.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public bool IsSuccess => Status is >= 200 and < 300;
}
