using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Oms.LocalAws.Metering;

namespace Oms.LocalAws.Proxy;

/// <summary>The one door to DynamoDB, SNS and SQS: permission check, faults of tests, capacity meter, and then the backend.</summary>
public sealed partial class AwsProxy : IDisposable
{
    private readonly BackendClient _backend;
    private readonly ILogger<AwsProxy> _log;

    public AwsProxy(AccessPolicy policy, Uri dynamoDb, Uri messaging, TimeProvider time, ILogger<AwsProxy> log)
    {
        Policy = policy;
        _backend = new BackendClient(dynamoDb, messaging);
        Meter = new CapacityMeter(_backend.SendAsync, time);
        _log = log;
    }

    public AccessPolicy Policy { get; }

    public CapacityMeter Meter { get; }

    public TableWrites Writes { get; } = new();

    /// <summary>Set by tests while LocalAws runs.</summary>
    public IProxyFault? Fault { get; set; }

    public async Task HandleAsync(HttpContext http)
    {
        using var call = await ReadAsync(http);
        if (call is null) return;
        var answer = await CallAsync(call, http.RequestAborted);
        if (ReferenceEquals(answer, AwsAnswer.Dropped))
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        http.Response.ContentLength = answer.Body.Length;
        foreach (var (name, value) in answer.Headers) http.Response.Headers[name] = value;
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    /// <summary>A call as if it had come over HTTP: event sources and schedules call with their function's or service's own rights.</summary>
    public async Task<AwsAnswer> CallAsync(AwsCall call, CancellationToken cancel)
    {
        var fault = Fault;
        if (Refusal(call) is { } refusal) return fault is null ? refusal : await fault.AfterAsync(call, refusal, cancel);
        if (fault is not null && await fault.BeforeAsync(call, cancel) is { } instead) return instead;
        var answer = Meter.Meters(call)
            ? await Meter.CallAsync(call, cancel)
            : await _backend.SendAsync(call, call.Body, cancel);
        if (answer.IsSuccess) Writes.Wrote(call);
        if (answer.Status >= 500) LogBackend(call.Service, call.Operation, call.Caller, answer.Status);
        return fault is null ? answer : await fault.AfterAsync(call, answer, cancel);
    }

    public void Dispose()
    {
        Meter.Dispose();
        _backend.Dispose();
    }

    private AwsAnswer? Refusal(AwsCall call)
    {
        if (call.Caller == AccessPolicy.Administrator) return null;
        if (!Policy.Knows(call.Caller)) return AwsErrors.UnknownCaller(call);
        try
        {
            if (Policy.Missing(call.Caller, RequiredAccess.Of(call)) is not { } missing) return null;
            LogDenied(call.Caller, missing.Action, missing.Resource);
            return AwsErrors.AccessDenied(call, AccessPolicy.User(call.Caller), missing);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Not JSON, or not the JSON of this operation.
            return AwsErrors.Of(call, 400, "SerializationException", broken.Message);
        }
        catch (NotSupportedException unsupported)
        {
            return AwsErrors.Of(call, 400, "UnsupportedOperationException", unsupported.Message);
        }
    }

    /// <summary>Service and operation come from x-amz-target or, for SNS, from the form; the caller from the signature's credential.</summary>
    private static async Task<AwsCall?> ReadAsync(HttpContext http)
    {
        var request = http.Request;
        var body = await BodyAsync(request, http.RequestAborted);
        var (caller, scope) = Credential(request.Headers.Authorization);
        var (service, operation) = Target(request.Headers["x-amz-target"], scope, body);
        if (service is null)
        {
            http.Response.StatusCode = StatusCodes.Status501NotImplemented;
            await http.Response.WriteAsync($"LocalAws serves DynamoDB, its streams, SQS and SNS; not '{request.Headers["x-amz-target"]}' for '{scope}'.");
            return null;
        }

        return new(caller, service.Value, operation, body);
    }

    private static (AwsService? Service, string Operation) Target(StringValues header, string scope, ReadOnlyMemory<byte> body)
    {
        var target = header.ToString();
        var dot = target.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0)
        {
            AwsService? service = target[..dot] switch
            {
                "DynamoDB_20120810" => AwsService.DynamoDb,
                "DynamoDBStreams_20120810" => AwsService.DynamoDbStreams,
                "AmazonSQS" => AwsService.Sqs,
                _ => null,
            };
            return (service, target[(dot + 1)..]);
        }

        return scope == "sns" && QueryForm.Read(body.Span).TryGetValue("Action", out var action) ? (AwsService.Sns, action) : (null, "");
    }

    /// <summary>`AWS4-HMAC-SHA256 Credential=orders-api/20261122/us-east-1/dynamodb/aws4_request, …`; signatures are not checked.</summary>
    private static (string Caller, string Scope) Credential(StringValues header)
    {
        const string marker = "Credential=";
        var value = header.ToString();
        var at = value.IndexOf(marker, StringComparison.Ordinal);
        if (at < 0) return ("", "");
        var parts = value[(at + marker.Length)..].Split(',')[0].Split('/');
        return (parts[0], parts.Length > 3 ? parts[3] : "");
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpRequest request, CancellationToken cancel)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 4096, 1, 1 << 24));
        int read;
        while ((read = await request.Body.ReadAsync(buffer.GetMemory(1), cancel)) > 0) buffer.Advance(read);
        return buffer.WrittenMemory;
    }

    [LoggerMessage(1, LogLevel.Warning, "{Function} may not {Action} on {Resource}: no policy of the template allows it")]
    private partial void LogDenied(string function, string action, string resource);

    [LoggerMessage(2, LogLevel.Warning, "{Service} {Operation} for {Caller} answered {Status}")]
    private partial void LogBackend(AwsService service, string operation, string caller, int status);
}
