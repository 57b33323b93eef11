using System.Globalization;
using System.Security.Cryptography;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Lambda;

/// <summary>The Lambda service of one template: takes invocations, hands them to workers through the Runtime API, ends them in time.</summary>
public sealed partial class LambdaService : IFunctionInvoker, IDisposable
{
    /// <summary>Lambda's limit for synchronous payloads, both ways, is 6 MB and a little for the envelope.</summary>
    public const int MaxPayloadBytes = 6 * 1024 * 1024 + 100;

    private readonly Dictionary<string, FunctionQueue> _functions;
    private readonly LambdaMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<LambdaService> _log;

    public LambdaService(IEnumerable<LocalFunction> functions, TimeProvider time, ILogger<LambdaService> log)
    {
        _functions = functions.ToDictionary(f => f.Name, f => new FunctionQueue(f));
        _metrics = new LambdaMetrics(_functions.Keys);
        _time = time;
        _log = log;
    }

    public IReadOnlyList<FunctionStatus> Status => [.. _functions.Values.Select(StatusOf)];

    public async Task<InvocationResult> InvokeAsync(string function, ReadOnlyMemory<byte> payload, InvocationOptions options, CancellationToken cancel)
    {
        var queue = Queue(function) ?? throw new TemplateException($"the template has no function '{function}'");
        if (payload.Length > MaxPayloadBytes)
        {
            var message = string.Create(CultureInfo.InvariantCulture, $"{payload.Length} byte payload is too large for the RequestResponse invocation type (limit {MaxPayloadBytes} bytes)");
            return Failure(FunctionErrorKind.Unhandled, "RequestTooLargeException", message);
        }

        var invocation = new Invocation(Guid.NewGuid().ToString(), options.TraceHeader ?? NewTraceHeader(), options.Source, payload);
        invocation.Limit(_time, queue.Function.Timeout, i => End(queue, i, new InvocationResult.Throttled(
            $"no worker of {function} asked for work within {queue.Function.Timeout.TotalSeconds} s")));
        queue.Add(invocation);
        return await invocation.Completion.WaitAsync(cancel);
    }

    /// <summary>Ends when the function has a worker: a queue is not read, and no receive is counted, while nobody can work.</summary>
    public Task WorkerAsync(string function, CancellationToken cancel) =>
        (Queue(function) ?? throw new TemplateException($"the template has no function '{function}'")).WorkerAsync(cancel);

    internal FunctionQueue? Queue(string function) => _functions.GetValueOrDefault(function);

    internal void Started(FunctionQueue queue, Invocation invocation)
    {
        invocation.StartedAt = _time.GetUtcNow();
        invocation.Limit(_time, queue.Function.Timeout, i => End(queue, i, Failure(
            FunctionErrorKind.Timeout, "Sandbox.Timedout", LambdaErrors.TimedOut(i.RequestId, queue.Function.Timeout))));
    }

    internal void Crashed(FunctionQueue queue, Invocation invocation) =>
        End(queue, invocation, Failure(FunctionErrorKind.WorkerCrashed, "Runtime.ExitError", LambdaErrors.Exited(invocation.RequestId)));

    internal void InitFailed(FunctionQueue queue, string type, string message)
    {
        queue.InitError = $"{type}: {message}";
        LogInitError(queue.Function.Name, type, message);
        foreach (var stranded in queue.Stranded())
            End(queue, stranded, Failure(FunctionErrorKind.InitError, type, message));
    }

    internal bool End(FunctionQueue queue, Invocation invocation, InvocationResult result)
    {
        if (!invocation.TryEnd(result)) return false;
        queue.Ended(invocation);
        invocation.Dispose();
        var duration = invocation.StartedAt == default ? TimeSpan.Zero : _time.GetUtcNow() - invocation.StartedAt;
        _metrics.Ended(queue.Function.Name, result, duration);
        switch (result)
        {
            case InvocationResult.Failed failed:
                LogFailed(queue.Function.Name, invocation.RequestId, invocation.Source, failed.Kind, failed.ErrorType, duration.TotalMilliseconds);
                break;
            case InvocationResult.Throttled throttled:
                LogThrottled(queue.Function.Name, invocation.RequestId, invocation.Source, throttled.Reason);
                break;
            default:
                LogSucceeded(queue.Function.Name, invocation.RequestId, invocation.Source, duration.TotalMilliseconds);
                break;
        }

        return true;
    }

    /// <summary>Sends the waiting workers away, so that the server of the Runtime API can stop.</summary>
    public void Dispose()
    {
        foreach (var queue in _functions.Values) queue.Close();
        _metrics.Dispose();
    }

    private static InvocationResult.Failed Failure(FunctionErrorKind kind, string type, string message) =>
        new(kind, type, message, LambdaErrors.Document(type, message));

    private FunctionStatus StatusOf(FunctionQueue queue)
    {
        var counts = queue.Counts;
        var tally = _metrics.Of(queue.Function.Name);
        return new(
            queue.Function.Name, queue.HasPolled, queue.InitError, counts.Idle, counts.Running, counts.Pending,
            tally.Invocations, tally.Errors, tally.Timeouts, tally.Crashes, tally.Throttles);
    }

    /// <summary>An X-Ray header for a trace that starts here: nobody upstream sampled it.</summary>
    private string NewTraceHeader()
    {
        Span<byte> random = stackalloc byte[20];
        RandomNumberGenerator.Fill(random);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Root=1-{_time.GetUtcNow().ToUnixTimeSeconds():x8}-{Convert.ToHexStringLower(random[..12])};Parent={Convert.ToHexStringLower(random[12..])};Sampled=1");
    }

    // The text of an error can hold what a customer sent, so logs name its type only.
    [LoggerMessage(1, LogLevel.Warning, "{Function} {RequestId} from {Source} failed: {Kind} {ErrorType} after {Milliseconds} ms")]
    private partial void LogFailed(string function, string requestId, string source, FunctionErrorKind kind, string errorType, double milliseconds);

    [LoggerMessage(2, LogLevel.Warning, "{Function} {RequestId} from {Source} was throttled: {Reason}")]
    private partial void LogThrottled(string function, string requestId, string source, string reason);

    [LoggerMessage(3, LogLevel.Debug, "{Function} {RequestId} from {Source} succeeded after {Milliseconds} ms")]
    private partial void LogSucceeded(string function, string requestId, string source, double milliseconds);

    [LoggerMessage(4, LogLevel.Error, "{Function} could not start: {ErrorType}: {Message}")]
    private partial void LogInitError(string function, string errorType, string message);
}
