using System.Reflection;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly DistributedApplicationOptions _options;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        _options = options;
        AppHostDirectory = Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key.Equals("apphostprojectpath", StringComparison.OrdinalIgnoreCase))?.Value ?? Directory.GetCurrentDirectory();
        _host = Host.CreateApplicationBuilder(options.Args);
        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        if (!options.DisableDashboard)
        {
            Configuration["AppHost:OtlpApiKey"] ??= Token();
            if (!string.Equals(Configuration["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"], "true", StringComparison.OrdinalIgnoreCase))
                Configuration["AppHost:BrowserToken"] = Configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] ?? Token();
        }
        Services.AddSingleton(options);
        Services.AddSingleton(Resources);
        Services.AddSingleton(_ => new ResourceNotificationService());
        Services.AddSingleton(services => new ResourceCommandService(services.GetRequiredService<Orchestrator>()));
        Services.AddSingleton<Guardian>();
        Services.AddSingleton(services => ActivatorUtilities.CreateInstance<Orchestrator>(services, AppHostDirectory));
        Services.AddHostedService(services => services.GetRequiredService<Orchestrator>());
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public IHostEnvironment Environment => _host.Environment;

    private IServiceCollection Services => _host.Services;

    private ResourceCollection Resources { get; } = [];

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (Resources.Any(other => other.Name.Equals(resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new DistributedApplicationException($"Cannot add resource of type '{typeof(T)}' with name '{resource.Name}' because a resource of that name exists already.");
        Resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build()
    {
        if (!_options.DisableDashboard)
            Dashboard.AddTo(this);
        return new DistributedApplication(_host.Build());
    }

    private static string Token() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
