namespace Amazon.Lambda.Core;

/// <summary>The X-Ray trace id of the invocation that runs now.</summary>
public class LambdaTraceProvider
{
    private static readonly AsyncLocal<string> OfThisFlow = new();
    private static string s_ofThisProcess;

    /// <summary>With several invocations at a time the id belongs to the asynchronous flow, otherwise to the process.</summary>
    public static string CurrentTraceId => IsUsingMultiConcurrency
        ? OfThisFlow.Value
        : s_ofThisProcess ?? Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID");

    internal static bool IsUsingMultiConcurrency =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_LAMBDA_MAX_CONCURRENCY"));

    internal static void SetCurrentTraceId(string traceId)
    {
        if (IsUsingMultiConcurrency)
        {
            OfThisFlow.Value = traceId;
        }
        else
        {
            s_ofThisProcess = traceId;
        }
    }
}
