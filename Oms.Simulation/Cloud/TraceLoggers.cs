using Microsoft.Extensions.Logging;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Cloud;

/// <summary>What the services log stands beside the trace, where somebody reads it. It is no part of the trace: stack traces differ between builds.</summary>
internal sealed class TraceLoggers(Trace trace) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The only reader of these logs is the trace");

    public ILogger CreateLogger(string categoryName) => new TraceLogger(categoryName, trace);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class TraceLogger(string category, Trace trace) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => trace.IsRead;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            trace.Aside(category, () => formatter(state, exception).Split('\n')[0]);
    }
}
