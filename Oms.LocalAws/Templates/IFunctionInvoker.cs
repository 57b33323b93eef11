namespace Oms.LocalAws.Templates;

/// <summary>Invokes a function and waits for its answer; the function's own time-out is the invoker's business.</summary>
public interface IFunctionInvoker
{
    /// <summary>Cancelling stops the waiting only: the function goes on, as in AWS.</summary>
    Task<InvocationResult> InvokeAsync(string function, ReadOnlyMemory<byte> payload, InvocationOptions options, CancellationToken cancel);
}

/// <param name="TraceHeader">The X-Ray trace header for Lambda-Runtime-Trace-Id; null lets the invoker make one.</param>
/// <param name="Source">Who invokes, for logs: `apigateway`, `sqs:orders-inbox`, `dynamodb:oms-orders`.</param>
public sealed record InvocationOptions(string? TraceHeader, string Source);

/// <summary>How an invocation ended.</summary>
public abstract record InvocationResult
{
    private InvocationResult()
    {
    }

    public sealed record Succeeded(ReadOnlyMemory<byte> Payload) : InvocationResult;

    /// <summary>The function threw, timed out, could not start or died; Payload is Lambda's error document where one exists.</summary>
    public sealed record Failed(FunctionErrorKind Kind, string ErrorType, string Message, ReadOnlyMemory<byte> Payload) : InvocationResult;

    public sealed record Throttled(string Reason) : InvocationResult;
}

public enum FunctionErrorKind
{
    Unhandled,
    Timeout,
    WorkerCrashed,
    InitError,
}
