namespace Oms.LocalAws.Hosting;

/// <summary>What LocalAws logs of its own, and what of the web server under it.</summary>
internal static class LogFilters
{
    public static ILoggingBuilder AddLocalAwsFilters(this ILoggingBuilder logging) => logging
        .AddFilter("Microsoft", LogLevel.Warning)
        // A start that fails is told in one sentence by the program, not by the web server's stack trace.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
}
