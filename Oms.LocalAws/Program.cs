using System.Runtime.InteropServices;
using Oms.LocalAws;
using Oms.LocalAws.Embedded;
using Oms.LocalAws.Hosting;
using Oms.LocalAws.Templates;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
// Whoever started this process holds the other end: when it dies, even by SIGKILL, the pipe closes.
if (Environment.GetEnvironmentVariable("OMS_STOP_WITH_STDIN") is not null)
    _ = StopWithInputAsync();

using var logs = LoggerFactory.Create(logging => logging
    .AddSimpleConsole(console => console.SingleLine = true)
    .AddLocalAwsFilters());
try
{
    if (args is [EmbeddedOptions.Command, .. var settings])
    {
        await using var backend = await EmbeddedServer.StartAsync(EmbeddedOptions.Parse(settings, Environment.GetEnvironmentVariable), TimeProvider.System, logs, stop.Token);
        await Console.Out.WriteLineAsync($"listening on {backend.Url.Port}");
        await backend.Aws.Failure.WaitAsync(stop.Token);
        return 1;
    }

    var options = LocalAwsOptions.Parse(args, Environment.GetEnvironmentVariable);
    await using var host = await LocalAwsHost.StartAsync(options, TimeProvider.System, logs, stop.Token);
    await Console.Out.WriteLineAsync($"LocalAws listens: API {host.ApiUrl}, Runtime API {host.RuntimeUrl}, AWS {host.AwsUrl}");
    await Task.Delay(Timeout.Infinite, stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (Exception e) when (e is LocalAwsException or TemplateException or IOException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

async Task StopWithInputAsync()
{
    using var input = Console.OpenStandardInput();
    var buffer = new byte[256];
    while (await input.ReadAsync(buffer) > 0)
    {
    }

    await stop.CancelAsync();
}
