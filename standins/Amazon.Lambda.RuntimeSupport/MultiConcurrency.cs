using System.Globalization;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>Several invocations in one process: on when AWS_LAMBDA_MAX_CONCURRENCY is set.</summary>
internal static class MultiConcurrency
{
    private const string LoopsVariable = "AWS_LAMBDA_DOTNET_PROCESSING_TASKS";

    public static bool IsOn => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_LAMBDA_MAX_CONCURRENCY"));

    private static int Max => Positive("AWS_LAMBDA_MAX_CONCURRENCY") ?? 0;

    public static int Loops()
    {
        if (!IsOn)
        {
            return 1;
        }

        var wanted = Environment.GetEnvironmentVariable(LoopsVariable);
        if (!string.IsNullOrEmpty(wanted))
        {
            return Positive(LoopsVariable) ?? throw new ArgumentException(
                $"Value {wanted} for environment variable {LoopsVariable} failed to parse as an integer greater then 0");
        }

        return Max > 0 ? Max : Math.Max(2, Environment.ProcessorCount);
    }

    /// <summary>Loops that wait for a thread would otherwise wait for the pool to grow, one thread at a time.</summary>
    public static void RaiseThreadPool()
    {
        if (Max == 0)
        {
            return;
        }

        var wanted = Positive("AWS_LAMBDA_DOTNET_MIN_THREADS") ?? 2 * Environment.ProcessorCount;
        ThreadPool.GetMinThreads(out var workers, out var io);
        if (workers < wanted)
        {
            ThreadPool.SetMinThreads(wanted, io);
        }
    }

    private static int? Positive(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;
}
