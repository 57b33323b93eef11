using System.Globalization;
using Oms.LocalAws.Backends;
using Oms.LocalAws.Templates;

namespace Oms.AppHost;

/// <summary>What the resources share: ports, backends, template, and where data lives.</summary>
internal sealed class LocalStack : IDisposable
{
    private readonly HeldPorts _held;

    private LocalStack(Ports ports, HeldPorts held, Backend backend, BackendPrograms? programs, string? dataFolder, bool timeLimits, bool hasDashboard)
    {
        _held = held;
        HasDashboard = hasDashboard;
        TimeLimits = timeLimits;
        Ports = ports;
        Backend = backend;
        Programs = programs;
        DataFolder = dataFolder;
        StateFolder = dataFolder is null ? Directory.CreateTempSubdirectory("oms-").FullName : Directory.CreateDirectory(Path.Combine(dataFolder, "localaws")).FullName;
        BackendFolder = dataFolder is null ? null : Directory.CreateDirectory(Path.Combine(dataFolder, backend == Backend.Embedded ? "embedded" : "dynamodb")).FullName;
        Template = TemplateReader.ReadFile(TemplatePath, TemplateSettings.Local(Parameters, new Uri(Url(ports.Api)), new Uri(Url(ports.Aws))));
    }

    public Ports Ports { get; }

    public Backend Backend { get; }

    /// <summary>Installed programs, where the backends are processes.</summary>
    public BackendPrograms? Programs { get; }

    /// <summary>Null: data lives until the stack stops.</summary>
    public string? DataFolder { get; }

    /// <summary>Where the backend keeps its data.</summary>
    public string? BackendFolder { get; }

    public string StateFolder { get; }

    /// <summary>False while somebody debugs a function: then no invocation times out.</summary>
    public bool TimeLimits { get; }

    public bool HasDashboard { get; }

    public LocalTemplate Template { get; }

    public static string TemplatePath { get; } = Path.Combine(RepositoryFolder.Path, "Oms.Cloud", "oms.template.json");

    /// <summary>Values of the template's parameters that only the app host knows; issuer and audience are LocalAws's own.</summary>
    public IReadOnlyDictionary<string, string> Parameters => new Dictionary<string, string>
    {
        ["CodeBucket"] = "local",
        ["OrdersCodeKey"] = "local",
        ["PaymentsCodeKey"] = "local",
        ["InventoryCodeKey"] = "local",
        ["PaymentGatewayUrl"] = Url(Ports.Simulators),
    };

    /// <summary>SNS and SQS; the embedded backend serves everything on one port.</summary>
    public string MessagingUrl => Url(Backend == Backend.Embedded ? Ports.DynamoDb : Ports.Messaging);

    public static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    /// <summary>Checks and installs what is needed before anything starts; null when that failed and was said.</summary>
    public static async Task<LocalStack?> PrepareAsync(IDistributedApplicationBuilder builder, DistributedApplicationOptions options)
    {
        HeldPorts? held = null;
        try
        {
            var configuration = builder.Configuration;
            var ports = Ports.Read(configuration);
            held = ports.Hold();
            var backend = await BackendChoice.ChooseAsync(configuration["Backend"]);
            var programs = backend == Backend.Processes ? await BackendPrograms.PrepareAsync(Console.WriteLine) : null;
            var data = configuration["Data"] is { Length: > 0 } folder ? Directory.CreateDirectory(Path.GetFullPath(folder, RepositoryFolder.Path)).FullName : null;
            configuration["ASPNETCORE_URLS"] = Url(ports.Dashboard);
            configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true"; // for what Aspire asks for before its options
            configuration["ASPIRE_VERSION_CHECK_DISABLED"] = "true"; // a second .NET process in each start
            configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = options.DisableDashboard ? null : Url(ports.Otlp);
            return new LocalStack(ports, held, backend, programs, data, !IsOff(configuration["TimeLimits"]), !options.DisableDashboard);
        }
        catch (Exception problem) when (problem is SetupException or BackendException or TemplateException or IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            await Console.Error.WriteLineAsync($"Oms cannot start: {problem.Message}");
            return null;
        }
    }

    public static bool IsOff(string? setting) => bool.TryParse(setting, out var on) && !on;

    public Task<int> RunAsync(DistributedApplication app) => new LocalRun(this, app).RunAsync();

    public void Dispose() => _held.Dispose();
}
