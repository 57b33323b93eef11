using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Oms.LocalAws.Backends;

namespace Oms.AppHost;

/// <summary>One run of the stack: says when it is ready, starts again what died, and stops when it should.</summary>
internal sealed class LocalRun(LocalStack stack, DistributedApplication app)
{
    private const string Dashboard = "aspire-dashboard"; // the name that Aspire gives it
    private static readonly TimeSpan DashboardPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(20);

    /// <summary>The package families that the NuGet source lacked when this was built.</summary>
    private static string[] StandIns { get; } = typeof(LocalRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(static attribute => attribute.Key == "OmsStandIns")?.Value?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];

    public async Task<int> RunAsync()
    {
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true; // stop in order, not at once
            lifetime.StopApplication();
        });
        var stopping = lifetime.ApplicationStopping;
        var beside = Task.WhenAll(
            AnnounceAsync(stopping),
            new Restarts(app).WatchAsync(stopping),
            ParentProcess.WatchAsync(lifetime.StopApplication, stopping));
        await using (app)
        {
            await app.RunAsync();
            await beside;
        }
        if (stack.DataFolder is null)
            Directory.Delete(stack.StateFolder, recursive: true);
        return 0;
    }

    private async Task AnnounceAsync(CancellationToken stopping)
    {
        try
        {
            await HealthyAsync("localaws", stopping);
            await HealthyAsync("simulators", stopping);
            Console.WriteLine($"Oms is ready: API {LocalStack.Url(stack.Ports.Api)}, {await DashboardAsync(stopping)}, packages: {Packages()}, data: {Data()}{Exposure()}");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // stopped before it was ready
        }
    }

    private async Task HealthyAsync(string resource, CancellationToken stopping)
    {
        var healthy = app.ResourceNotifications.WaitForResourceHealthyAsync(resource, WaitBehavior.WaitOnResourceUnavailable, stopping);
        using PeriodicTimer reminder = new(Reminder);
        while (await Task.WhenAny(healthy, reminder.WaitForNextTickAsync(stopping).AsTask()) != healthy && !stopping.IsCancellationRequested)
            Console.WriteLine($"Waiting for {resource}; {LocalStack.Url(stack.Ports.Api)}/local/health says what is missing.");
        await healthy;
    }

    private async Task<string> DashboardAsync(CancellationToken stopping)
    {
        var configuration = app.Services.GetRequiredService<IConfiguration>();
        if (!stack.HasDashboard)
            return "no dashboard (switched off)";
        try
        {
            string[] settled = [KnownResourceStates.Running, .. KnownResourceStates.TerminalStates];
            var state = await app.ResourceNotifications.WaitForResourceAsync(Dashboard, settled, stopping).WaitAsync(DashboardPatience, stopping);
            if (state != KnownResourceStates.Running)
                return !StandIns.Contains("Aspire", StringComparer.Ordinal) || await Prerequisites.HasNodeAsync(stopping) ? "no dashboard (it could not be started)" : "no dashboard (it is fetched with npm, and there is no Node)";
        }
        catch (TimeoutException)
        {
            return "no dashboard yet";
        }
        var token = configuration["AppHost:BrowserToken"];
        return $"dashboard {LocalStack.Url(stack.Ports.Dashboard)}{(token is null ? "" : $"/login?t={token}")}";
    }

    private static string Packages() => StandIns.Length == 0 ? "real" : $"stand-ins for {string.Join(", ", StandIns)}";

    private string Data() => stack.DataFolder ?? "until stop";

    private string Exposure() =>
        stack.Programs?.DynamoDb(stack.Ports.DynamoDb).LoopbackOnly ?? true ? "" : ", DynamoDB Local listens on every interface (this Java has no compiler: a JDK keeps it on loopback)";
}
