using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>Starts every resource of the model, follows it, and stops all of them at the end.</summary>
internal sealed class Orchestrator : IHostedService, IAsyncDisposable
{
    private readonly Dictionary<string, ResourceRunner> _runners;
    private readonly Guardian _guardian;

    public Orchestrator(ResourceCollection resources, ResourceNotificationService notifications, Guardian guardian, DistributedApplicationOptions options, string appHostDirectory)
    {
        _guardian = guardian;
        _runners = resources.ToDictionary(
            resource => resource.Name,
            resource => new ResourceRunner(resource, Launcher.For(resource, appHostDirectory), notifications, guardian, options.EnableResourceLogging),
            StringComparer.OrdinalIgnoreCase);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _guardian.Start();
        foreach (var runner in _runners.Values)
            runner.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_runners.Values.Select(runner => runner.StopAsync()));
        _guardian.Dismiss();
    }

    public bool Restart(string name) => _runners.TryGetValue(name, out var runner) && runner.Restart();

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);
}
