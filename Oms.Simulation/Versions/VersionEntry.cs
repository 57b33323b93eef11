using Microsoft.Extensions.Logging;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Telemetry;
using Oms.Simulation.Cloud;

namespace Oms.Simulation.Versions;

/// <summary>
/// Where a process of the other version begins. This program's assembly is loaded a second time, beside the other version's, and this class is called there.
/// Whatever is named Oms is another type on that side, so that nothing passes but types of the framework and of packages.
/// </summary>
internal static class VersionEntry
{
    /// <param name="logs">Where the processes of one run log.</param>
    /// <returns>Starts a process: from the handler that the template names, its environment, clock, randomness and the handler under its calls, to what takes its invocations (payload, request id, deadline). And what is to be disposed of at the end.</returns>
    public static (Func<string, IReadOnlyDictionary<string, string>, TimeProvider, Random, Func<HttpMessageHandler>, Func<Stream, string, CancellationToken, Task<Stream>>> Start, IAsyncDisposable Telemetry) Open(ILoggerFactory logs)
    {
        var telemetry = FunctionTelemetry.LogsOnly(logs);
        return (Start, telemetry);

        Func<Stream, string, CancellationToken, Task<Stream>> Start(string handler, IReadOnlyDictionary<string, string> environment, TimeProvider clock, Random random, Func<HttpMessageHandler> wire)
        {
            var role = Roles.Of(handler, new FunctionServices(new FunctionSettings(environment), clock, random, wire, telemetry));
            return (input, requestId, cancellation) => role.HandleAsync(input, new Invocation(requestId, cancellation));
        }
    }
}
