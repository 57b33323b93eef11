using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;

    internal DistributedApplication(IHost host)
    {
        _host = host;
        ResourceNotifications = host.Services.GetRequiredService<ResourceNotificationService>();
    }

    public IServiceProvider Services => _host.Services;

    public ResourceNotificationService ResourceNotifications { get; }

    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    public virtual Task StartAsync(CancellationToken cancellationToken = default) => _host.StartAsync(cancellationToken);

    public virtual Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        await _host.StartAsync(cancellationToken);
        await _host.WaitForShutdownAsync(cancellationToken);
    }

    public virtual void Dispose() => _host.Dispose();

    public virtual ValueTask DisposeAsync() => ((IAsyncDisposable)_host).DisposeAsync();
}
