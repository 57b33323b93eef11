namespace Oms.ServiceDefaults.Http;

/// <summary>A request as handlers see it.</summary>
/// <param name="Route">The route's pattern, such as <c>/v1/orders/{orderId}</c>: safe to log and to count by.</param>
/// <param name="Headers">Names in lower case.</param>
/// <param name="Body">Raw bytes, as the client sent them.</param>
public sealed record ApiRequest(
    string Method,
    string Path,
    string Route,
    IReadOnlyDictionary<string, string> PathParameters,
    IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body,
    Caller Caller,
    CancellationToken Cancellation)
{
    public string this[string pathParameter] => PathParameters[pathParameter];

    public string? Header(string lowerCaseName) => Headers.GetValueOrDefault(lowerCaseName);
}
