using Oms.LocalAws;
using Oms.LocalAws.Backends;
using Oms.LocalAws.EventSources;
using Oms.LocalAws.Gateway;
using Oms.LocalAws.Templates;
using Oms.ServiceDefaults;

namespace Oms.Simulation.Cloud;

/// <summary>The committed template, read once: what every world is built from. Nothing in it changes, so worlds on several threads share it.</summary>
internal sealed class Blueprint
{
    /// <summary>Any address will do: no call leaves the process.</summary>
    public static readonly Uri Nowhere = new("http://127.0.0.1:1");

    private static readonly Lazy<Blueprint> Read = new(static () => new Blueprint(Path.Combine(RepositoryFolder.Path, "Oms.Cloud", "oms.template.json")));

    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _environments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FunctionSettings> _settings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventFilter[]> _filters = new(StringComparer.Ordinal);

    private Blueprint(string path)
    {
        var settings = TemplateSettings.Local(new Dictionary<string, string>(StringComparer.Ordinal) { ["PaymentGatewayUrl"] = GatewayUrl.ToString() }, Nowhere, Nowhere);
        Template = TemplateReader.ReadFile(path, settings);
        Api = Template.HttpApi ?? throw new TemplateException("the template has no HTTP API");
        Routes = new RouteTable(Api.Routes);
        var endpoints = new FunctionEndpoints(Nowhere, Nowhere);
        foreach (var function in Template.Functions)
        {
            // Most calls would be the clock's, one for each partition of what is due; three make every difference.
            var environment = new Dictionary<string, string>(FunctionEnvironment.For(Template, function.Name, endpoints), StringComparer.Ordinal) { ["OMS_DUE_SHARDS"] = "3" };
            _environments[function.Name] = environment;
            _settings[function.Name] = new FunctionSettings(environment);
        }

        foreach (var source in Template.EventSources)
        {
            _filters[source.Function] = [.. source.FilterPatterns.Select(EventFilter.Parse)];
        }
    }

    public static Blueprint Committed => Read.Value;

    /// <summary>Where the payment gateway is said to be.</summary>
    public static Uri GatewayUrl { get; } = new("http://gateway.invalid");

    public LocalTemplate Template { get; }

    public LocalHttpApi Api { get; }

    public RouteTable Routes { get; }

    public IReadOnlyDictionary<string, string> Environment(string function) => _environments[function];

    public FunctionSettings Settings(string function) => _settings[function];

    public IReadOnlyList<EventFilter> Filters(string function) => _filters[function];

    public QueueEventSource? SourceOf(string queue) => Template.EventSources.OfType<QueueEventSource>().FirstOrDefault(source => source.Queue == queue);

    /// <summary>Queues that messages end in when nobody could handle them.</summary>
    public IReadOnlyList<string> DeadLetterQueues => field ??=
        [.. Template.Queues.Select(static queue => queue.Redrive?.DeadLetterQueue).Concat(Template.Subscriptions.Select(static subscription => subscription.DeadLetterQueue)).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Queues that nothing reads and that are no dead-letter queues: the relays' quarantines.</summary>
    public IReadOnlyList<string> Quarantines => field ??=
        [.. Template.Queues.Select(static queue => queue.Name).Where(name => SourceOf(name) is null && !DeadLetterQueues.Contains(name, StringComparer.Ordinal))];
}
