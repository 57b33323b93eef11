using System.Runtime.InteropServices;
using Amazon.Lambda.Core;
using Amazon.Lambda.RuntimeSupport;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Oms.ServiceDefaults;

/// <summary>The entry point of every function: takes invocations from the Lambda Runtime API and gives them to the role.</summary>
public sealed class Function(FunctionServices services, IFunctionRole role)
{
    private readonly ILogger _log = services.Logs.CreateLogger("Oms.Function");

    /// <summary>Runs until the process is told to stop, or the pipe of whoever started it closes (OMS_STOP_WITH_STDIN). Where the Runtime API is away for a while (a restarted local stack), it waits and comes back.</summary>
    public async Task<int> RunAsync()
    {
#pragma warning disable CA2025 // lives as long as the process
        var ended = new CancellationTokenSource();
        if (services.Settings.Optional("OMS_STOP_WITH_STDIN") is not null)
        {
            _ = StopWithParentAsync(ended);
        }
#pragma warning restore CA2025

        // Lambda ends a process so where an extension is there, and so does a laptop: the running invocation is answered, and none is taken any more.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ended.Cancel();
        });
        var stop = ended.Token;
        for (var failures = 1; !stop.IsCancellationRequested; failures++)
        {
            using var bootstrap = LambdaBootstrapBuilder.Create(InvokeAsync).Build();
            try
            {
                await bootstrap.RunAsync(stop);
                failures = 0; // it ended by itself: the Runtime API did not take a late answer
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return 0;
            }
#pragma warning disable CA1031 // handlers' faults never get here: whatever the bootstrap's own loop threw, the next round asks for work again
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Log.RuntimeApiAway(_log, fault.GetType().Name);
                await Task.Delay(TimeSpan.FromMilliseconds(100 * Math.Min(failures, 20)), services.Clock, CancellationToken.None);
            }
        }

        return 0;
    }

    /// <summary>The app host holds the other end of standard input: when it dies, even by SIGKILL, reading ends.</summary>
    private static async Task StopWithParentAsync(CancellationTokenSource stop)
    {
        using var handle = new SafeFileHandle(0, ownsHandle: false);
        using var input = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var buffer = new byte[64];
        while (await input.ReadAsync(buffer) > 0)
        {
        }

        await stop.CancelAsync();
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
