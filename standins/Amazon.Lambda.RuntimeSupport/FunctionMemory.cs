using System.Globalization;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>Tells the garbage collector how much memory the function was given.</summary>
internal static class FunctionMemory
{
    public static void Limit()
    {
        var off = Environment.GetEnvironmentVariable("AWS_LAMBDA_DOTNET_DISABLE_MEMORY_LIMIT_CHECK");
        if (string.Equals(off, "true", StringComparison.OrdinalIgnoreCase)
            || !ulong.TryParse(Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var megabytes))
        {
            return;
        }

        var bytes = megabytes * 1024 * 1024;
        if ((ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < bytes)
        {
            return;
        }

        try
        {
            AppContext.SetData("GCHeapHardLimit", bytes);
            GC.RefreshMemoryLimit();
        }
        catch (InvalidOperationException exception)
        {
            // More is in use already: the function runs on without the limit, as with the package.
            LambdaConsoleLogger.Unhandled(exception, null);
        }
    }
}
