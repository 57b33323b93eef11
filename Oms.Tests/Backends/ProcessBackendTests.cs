using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using Oms.LocalAws.Backends;

namespace Oms.Tests.Backends;

public sealed class ProcessBackendTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DynamoDb_serves_on_a_free_loopback_port_and_is_gone_afterwards()
    {
        var programs = await BackendPrograms.PrepareAsync(Progress, Cancellation);
        await Serves_on_loopback_only(programs.DynamoDb(port: 0));
    }

    [Fact]
    public async Task Sns_and_sqs_serve_on_a_free_loopback_port_and_are_gone_afterwards()
    {
        var programs = await BackendPrograms.PrepareAsync(Progress, Cancellation);
        await Serves_on_loopback_only(programs.Messaging(port: 0));
    }

    [Fact]
    public async Task A_port_that_is_given_is_used()
    {
        var programs = await BackendPrograms.PrepareAsync(Progress, Cancellation);
        var port = FreePort.Find();
        await using var backend = await BackendProcess.StartAsync(programs.Messaging(port), cancellation: Cancellation);
        Assert.Equal(port, backend.Url.Port);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said()
    {
        var programs = await BackendPrograms.PrepareAsync(Progress, Cancellation);
        await using var first = await BackendProcess.StartAsync(programs.Messaging(port: 0), cancellation: Cancellation);
        Assert.False(FreePort.IsFree(first.Url.Port));
        var problem = await Assert.ThrowsAsync<BackendException>(() => BackendProcess.StartAsync(programs.Messaging(first.Url.Port), cancellation: Cancellation));
        Assert.Contains("EADDRINUSE", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_preparations_at_once_share_one_installation()
    {
        var both = await Task.WhenAll(BackendPrograms.PrepareAsync(Progress, Cancellation), BackendPrograms.PrepareAsync(Progress, Cancellation));
        Assert.Equal(both[0].Messaging(1).WorkingDirectory, both[1].Messaging(1).WorkingDirectory);
    }

    [Fact]
    public async Task A_file_lock_is_held_by_one_at_a_time()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        TaskCompletionSource waiting = new();
        var first = await FileLock.TakeAsync(path, () => { }, Cancellation);
        var second = FileLock.TakeAsync(path, waiting.SetResult, Cancellation);
        await waiting.Task.WaitAsync(Limit, Cancellation);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second.WaitAsync(Limit, Cancellation)).Dispose();
        File.Delete(path);
    }

    [Theory]
    [InlineData("v20.20.2\n", 20)]
    [InlineData("openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime Environment", 17)]
    [InlineData("Picked up JAVA_TOOL_OPTIONS: -Dx\nopenjdk version \"21\" 2023-09-19", 21)]
    [InlineData("java version \"1.8.0_292\"", 8)]
    [InlineData("something else", 0)]
    public void The_version_of_a_prerequisite_is_read_from_what_it_prints(string printed, int major) =>
        Assert.Equal(major, Prerequisites.MajorVersion(printed));

    private static async Task Serves_on_loopback_only(StartCommand command)
    {
        int process;
        Uri url;
        await using (var backend = await BackendProcess.StartAsync(command, cancellation: Cancellation))
        {
            (process, url) = (backend.ProcessId, backend.Url);
            var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(end => end.Port == url.Port);
            Assert.Equal(command.LoopbackOnly, listening.All(end => IPAddress.IsLoopback(end.Address)));
        }
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(process));
        Assert.True(FreePort.IsFree(url.Port));
    }

    private static void Progress(string line) => TestContext.Current.SendDiagnosticMessage(line);
}
