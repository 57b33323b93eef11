using System.Text.Json;
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

    public Task HandleAsync(HttpContext http) => AwsHttp.HandleAsync(http, CallAsync);

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
        if (call.Caller.Length == 0) return AwsErrors.Unsigned(call);
        if (!Policy.IsFunction(call.Caller)) return null;
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

    [LoggerMessage(1, LogLevel.Warning, "{Function} may not {Action} on {Resource}: no policy of the template allows it")]
    private partial void LogDenied(string function, string action, string resource);

    [LoggerMessage(2, LogLevel.Warning, "{Service} {Operation} for {Caller} answered {Status}")]
    private partial void LogBackend(AwsService service, string operation, string caller, int status);
}
