using Amazon.Lambda.Core;
using Amazon.Lambda.RuntimeSupport;
using Microsoft.Extensions.Logging;

namespace Oms.ServiceDefaults;

/// <summary>The entry point of every function: takes invocations from the Lambda Runtime API and gives them to the role.</summary>
public sealed class Function(FunctionServices services, IFunctionRole role)
{
    private readonly ILogger _log = services.Logs.CreateLogger("Oms.Function");

    /// <summary>Runs until the process is told to stop. Where the Runtime API is away for a while (a restarted local stack), it waits and comes back.</summary>
    public async Task<int> RunAsync(CancellationToken stop = default)
    {
        for (var failures = 1; !stop.IsCancellationRequested; failures++)
        {
            using var bootstrap = LambdaBootstrapBuilder.Create(InvokeAsync).Build();
            try
            {
                await bootstrap.RunAsync(stop);
                return 0;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return 0;
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
            {
                Log.RuntimeApiAway(_log, fault.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100 * Math.Min(failures, 20)), services.Clock, stop);
            }
        }

        return 0;
    }

    /// <summary>One invocation, as Lambda's bootstrap or a test makes it.</summary>
    public async Task<Stream> InvokeAsync(Stream input, ILambdaContext context)
    {
        using var deadline = Invocation.DeadlineOf(context, services.Clock);
        try
        {
            return await role.HandleAsync(input, new Invocation(context.AwsRequestId, deadline.Token));
        }
        finally
        {
            if (services.Settings.FreezesBetweenInvocations)
            {
                services.Telemetry.Flush();
            }
        }
    }
}
