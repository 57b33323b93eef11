using System.Diagnostics;
using System.Net.Sockets;
using Oms.LocalAws.Backends;
using Oms.Tests.Support;

namespace Oms.Tests.AppHost;

/// <summary>The app host as its users start and stop it: a program with its own processes, on free ports.</summary>
[Collection(nameof(WholeSystem))]
public sealed class StartAndStopTests
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly string[] PortNames = ["Api", "RuntimeApi", "Aws", "DynamoDb", "Messaging", "Simulators", "Dashboard", "Otlp"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(15)] // SIGTERM
    [InlineData(1)] // SIGHUP: the terminal is closed
    [InlineData(9)] // SIGKILL
    public async Task Nothing_is_left_running(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        var ports = PortNames.ToDictionary(name => name, _ => FreePort.Find());
        using var appHost = Start(ports);
        var output = new List<string>();
        await ReadUntilAsync(appHost, output, line => line.Contains("listening on", StringComparison.Ordinal) && output.Count(l => l.Contains("listening on", StringComparison.Ordinal)) == 2);

        var second = Start(ports);
        Assert.Contains("in use", await second.StandardError.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
        await second.WaitForExitAsync(Cancellation);
        Assert.Equal(1, second.ExitCode);

        using (var kill = Process.Start("kill", [$"-{signal}", $"{appHost.Id}"]))
            await kill.WaitForExitAsync(Cancellation);
        var since = Stopwatch.StartNew();
        _ = appHost.StandardOutput.ReadToEndAsync(Cancellation);
        while (ports.Values.Any(IsListening))
        {
            Assert.True(since.Elapsed < StopLimit, $"still listening: {string.Join(", ", ports.Where(port => IsListening(port.Value)).Select(port => port.Key))}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }
        await appHost.WaitForExitAsync(Cancellation).WaitAsync(StopLimit, Cancellation);
    }

    private static Process Start(Dictionary<string, int> ports)
    {
        var output = Path.Combine(RepositoryFolder.Path, "Oms.AppHost", "bin", Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')));
        ProcessStartInfo start = new(Path.Combine(output, "Oms.AppHost"), ["--Backend=processes", "--Dashboard=false"])
        {
            WorkingDirectory = Path.Combine(RepositoryFolder.Path, "Oms.AppHost"),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, port) in ports)
            start.Environment[$"Ports__{name}"] = $"{port}";
        return Process.Start(start)!;
    }

    private static async Task ReadUntilAsync(Process appHost, List<string> output, Func<string, bool> found)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(StartLimit);
        while (await appHost.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            output.Add(line);
            if (found(line))
                return;
        }
        Assert.Fail($"The app host ended: {string.Join('\n', output)}{await appHost.StandardError.ReadToEndAsync(Cancellation)}");
    }

    private static bool IsListening(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
