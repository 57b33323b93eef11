using Oms.Simulators;

var app = SimulatorHost.Build(args);
// Whoever started this process holds the other end: when it dies, even by SIGKILL, the pipe closes.
if (Environment.GetEnvironmentVariable("OMS_STOP_WITH_STDIN") is not null)
    _ = StopWithInputAsync();
await app.RunAsync();

async Task StopWithInputAsync()
{
    using var input = Console.OpenStandardInput();
    var buffer = new byte[256];
    while (await input.ReadAsync(buffer) > 0)
    {
    }

    app.Lifetime.StopApplication();
}
