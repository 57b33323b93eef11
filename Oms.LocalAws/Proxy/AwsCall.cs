using System.Text.Json;

namespace Oms.LocalAws.Proxy;

/// <summary>One call to an AWS service as the proxy sees it: who calls (an access key id), what, and the body as sent.</summary>
public sealed class AwsCall : IDisposable
{
    private JsonDocument? _json;
    private Dictionary<string, string>? _form;

    public AwsCall(string caller, AwsService service, string operation, ReadOnlyMemory<byte> body)
    {
        Caller = caller;
        Service = service;
        Operation = operation;
        Body = body;
    }

    public string Caller { get; }

    public AwsService Service { get; }

    /// <summary>The operation's name without the service's prefix, such as `PutItem` or `SendMessage`.</summary>
    public string Operation { get; }

    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The headers that the caller signed and that a backend may want; none for calls of LocalAws itself.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public bool IsQueryProtocol => Service == AwsService.Sns;

    /// <summary>The body of a call of the JSON protocols.</summary>
    /// <exception cref="JsonException">It is no JSON that can be read.</exception>
    public JsonElement Json => (_json ??= AwsJson.ParseSent(Body.IsEmpty ? "{}"u8.ToArray() : Body)).RootElement;

    /// <summary>A parameter of a call of the query protocol, or null.</summary>
    public string? Form(string name) => (_form ??= QueryForm.Read(Body.Span)).GetValueOrDefault(name);

    /// <summary>The names of all parameters of a call of the query protocol.</summary>
    public IReadOnlyCollection<string> FormNames => (_form ??= QueryForm.Read(Body.Span)).Keys;

    public void Dispose() => _json?.Dispose();
}

public enum AwsService
{
    DynamoDb,
    DynamoDbStreams,
    Sqs,
    Sns,
}
