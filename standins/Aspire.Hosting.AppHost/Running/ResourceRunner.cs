using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Running;

/// <summary>One resource: waits for what it depends on, runs its process, asks for its health, and tells all of it.</summary>
internal sealed class ResourceRunner(IResource resource, Launcher launcher, ResourceNotificationService notifications, Guardian guardian, bool logs)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan FirstProbes = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LaterProbes = TimeSpan.FromSeconds(5);
    private static readonly HttpClient Probe = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(5) };

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task _run = Task.CompletedTask;

    public void Start()
    {
        Publish(KnownResourceStates.NotStarted);
        lock (_lock)
            _run = Task.Run(RunAsync);
    }

    public bool Restart()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested || !_run.IsCompleted)
                return false;
            _run = Task.Run(RunAsync);
            return true;
        }
    }

    public async Task StopAsync()
    {
        lock (_lock)
            _stop.Cancel();
        await _run;
    }

    private async Task RunAsync()
    {
        try
        {
            await WaitForDependenciesAsync();
            Publish(KnownResourceStates.Starting);
            var start = await launcher.PrepareAsync(resource, Say, _stop.Token);
            await FollowAsync(start);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Publish(KnownResourceStates.Exited);
        }
        catch (Exception problem) when (problem is Win32Exception or IOException or InvalidOperationException or DistributedApplicationException)
        {
            Console.WriteLine($"{resource.Name} could not be started: {problem.Message}");
            Publish(KnownResourceStates.FailedToStart);
        }
    }

    private async Task FollowAsync(ProcessStartInfo start)
    {
        using Process process = new() { StartInfo = start, EnableRaisingEvents = true };
        TaskCompletionSource exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => exited.TrySetResult();
        process.OutputDataReceived += (_, line) => Say(line.Data);
        process.ErrorDataReceived += (_, line) => Say(line.Data);
        process.Start();
        if (launcher.Priority != ProcessPriorityClass.Normal)
            process.PriorityClass = launcher.Priority;
        guardian.Watch(process.Id, launcher.ContainerName(resource));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var health = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var probing = ProbeAsync(health.Token);
        var state = KnownResourceStates.Finished;
        try
        {
            await exited.Task.WaitAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            Publish(KnownResourceStates.Stopping);
            state = KnownResourceStates.Exited;
            await EndAsync(process, exited.Task);
        }
        await health.CancelAsync();
        await probing;
        guardian.Release(process.Id);
        notifications.Publish(resource, new CustomResourceSnapshot { State = new(state, null), ExitCode = process.ExitCode });
    }

    private static async Task EndAsync(Process process, Task exited)
    {
        if (OperatingSystem.IsWindows() || kill(process.Id, 15) != 0)
            process.Kill(entireProcessTree: true);
        try
        {
            await exited.WaitAsync(Grace);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await exited;
        }
    }

    private async Task ProbeAsync(CancellationToken cancellation)
    {
        var checks = resource.Annotations.OfType<HttpHealthCheck>().ToList();
        HealthStatus? status = checks.Count == 0 ? HealthStatus.Healthy : HealthStatus.Unhealthy;
        Publish(KnownResourceStates.Running, status);
        try
        {
            while (checks.Count > 0)
            {
                var answers = await Task.WhenAll(checks.Select(check => IsHealthyAsync(check, cancellation)));
                status = answers.All(healthy => healthy) ? HealthStatus.Healthy : HealthStatus.Unhealthy;
                Publish(KnownResourceStates.Running, status);
                await Task.Delay(status == HealthStatus.Healthy ? LaterProbes : FirstProbes, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task<bool> IsHealthyAsync(HttpHealthCheck check, CancellationToken cancellation)
    {
        try
        {
            using var response = await Probe.GetAsync(new UriBuilder("http", "127.0.0.1", check.Endpoint.Port ?? check.Endpoint.TargetPort!.Value).Uri + check.Path.TrimStart('/'), HttpCompletionOption.ResponseHeadersRead, cancellation);
            return (int)response.StatusCode == check.StatusCode;
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task WaitForDependenciesAsync()
    {
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
        {
            Publish(KnownResourceStates.Waiting);
            await (wait.WaitType == WaitType.WaitUntilHealthy
                ? (Task)notifications.WaitForResourceHealthyAsync(wait.Resource.Name, WaitBehavior.WaitOnResourceUnavailable, _stop.Token)
                : notifications.WaitForResourceAsync(wait.Resource.Name, [KnownResourceStates.Running], _stop.Token));
        }
    }

    private void Publish(string state, HealthStatus? health = null) =>
        notifications.Publish(resource, new CustomResourceSnapshot { State = new(state, null), HealthStatus = health });

    private void Say(string? line)
    {
        if (logs && line is { Length: > 0 })
            Console.WriteLine($"{resource.Name} | {line}");
    }

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
