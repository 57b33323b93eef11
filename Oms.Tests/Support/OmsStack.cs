using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Oms.LocalAws;
using Oms.LocalAws.Backends;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;
using Oms.Simulators;

namespace Oms.Tests.Support;

/// <summary>
/// The whole system on free ports and in this process, as far as not asked for otherwise: functions, backend, LocalAws and simulators.
/// Its parts are the ones that the app host starts, from the same template.
/// </summary>
internal sealed class OmsStack : IAsyncDisposable
{
    public static readonly string[] Functions =
    [
        "orders-api", "orders-relay", "orders-inbox", "notifications",
        "payments-api", "payments-relay", "payments-inbox",
        "inventory-api", "inventory-relay", "inventory-inbox",
    ];

    private const string AllScopes = "orders:read orders:write payments:read inventory:read inventory:write";

    private readonly OmsStackOptions _options;
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("oms-test-");
    private readonly Dictionary<string, List<IFunctionRuntime>> _functions = new(StringComparer.Ordinal);
    private StackBackend _backend = null!;
    private LocalAwsHost? _host;
    private FunctionProcess? _localAwsProcess;
    private WebApplication _simulators = null!;
    private LocalAwsOptions _localAws = null!;

    private OmsStack(OmsStackOptions options) => _options = options;

    public LocalAwsHost Host => _host ?? throw new InvalidOperationException("LocalAws is a process of its own here");

    public AwsProxy Proxy => Host.Proxy;

    public Uri ApiUrl { get; private set; } = null!;

    /// <summary>Straight to the backends, past permissions and meter.</summary>
    public Uri DynamoDbUrl => _backend.DynamoDbUrl;

    public Uri MessagingUrl => _backend.MessagingUrl;

    public Uri SimulatorsUrl => new(_simulators.Urls.Single());

    /// <summary>Where LocalAws keeps its signing key and its places in the streams.</summary>
    public string StateFolder => _state.FullName;

    /// <summary>Without a token.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    /// <summary>Everything that the functions have logged.</summary>
    public string Logs => string.Join('\n', _functions.Values.SelectMany(static list => list).Select(static runtime => runtime.Output));

    /// <summary>What LocalAws has logged, where it is a process of its own.</summary>
    public string LocalAwsLogs => _localAwsProcess?.Output ?? "";

    public static async Task<OmsStack> StartAsync(OmsStackOptions? options = null)
    {
        var stack = new OmsStack(options ?? new OmsStackOptions());
        try
        {
            await stack.StartPartsAsync();
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<IFunctionRuntime> RuntimesOf(string function) => _functions[function];

    /// <summary>Only where functions are processes.</summary>
    public IReadOnlyList<FunctionProcess> ProcessesOf(string function) => [.. _functions[function].Cast<FunctionProcess>()];

    /// <summary>A client of one tenant, with a token for <paramref name="scopes"/>; tests keep apart by tenant.</summary>
    public async Task<OmsClient> ClientAsync(string tenant, string scopes = AllScopes, string store = "default")
    {
        var http = new HttpClient { BaseAddress = ApiUrl, Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(tenant, scopes, store));
        return new OmsClient(http, tenant);
    }

    public async Task<string> TokenAsync(string tenant, string scopes = AllScopes, string store = "default")
    {
        var path = $"/local/token?scope={Uri.EscapeDataString(scopes)}&store={Uri.EscapeDataString(store)}&client={Uri.EscapeDataString(tenant)}";
        using var answer = JsonDocument.Parse(await Anonymous.GetStringAsync(new Uri(path, UriKind.Relative)));
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }

    /// <summary>Spoils calls to AWS until it is disposed, also when the test fails.</summary>
    public IDisposable Break(ProxyFault fault)
    {
        Proxy.Fault = fault;
        return new Mended(Proxy);
    }

    /// <summary>LocalAws goes (by SIGKILL where it is a process) without a goodbye to its functions and comes back on the same ports.</summary>
    public async Task RestartLocalAwsAsync()
    {
        if (_localAwsProcess is { } process)
        {
            await process.KillAndRestartAsync();
            return;
        }

        var options = _localAws with { ApiPort = Host.ApiUrl.Port, RuntimePort = Host.RuntimeUrl.Port, AwsPort = Host.AwsUrl.Port };
        await Host.DisposeAsync();
        _host = await LocalAwsHost.StartAsync(options, logs: _options.LocalAwsLogs);
    }

    /// <summary>SIGKILL to what serves SNS and SQS; it comes back on the same port.</summary>
    public Task KillMessagingAsync() => _backend.KillMessagingAsync();

    /// <summary>How many authorisations the gateway's own ledger holds for an order: never more than one.</summary>
    public async Task<int> AuthorisationsAsync(string orderId) => (await AuthorisedAsync()).Count(authorised => authorised.Order == orderId);

    /// <summary>The order and the amount, in minor units, of every authorisation in the gateway's ledger.</summary>
    public async Task<IReadOnlyList<(string Order, long Amount)>> AuthorisedAsync()
    {
        using var http = new HttpClient();
        using var ledger = JsonDocument.Parse(await http.GetStringAsync(new Uri(SimulatorsUrl, "/simulator/ledger")));
        return [.. ledger.RootElement.GetProperty("entries").EnumerateArray()
            .Where(static entry => entry.GetProperty("kind").GetString() == "authorised")
            .Select(static entry => (entry.GetProperty("reference").GetString()!, entry.GetProperty("amount").GetInt64()))];
    }

    /// <summary>Waits until every function of the template has asked for work.</summary>
    public async Task ReadyAsync()
    {
        var started = Stopwatch.StartNew();
        for (var last = "no answer"; ; await Task.Delay(10))
        {
            try
            {
                using var answer = await Anonymous.GetAsync(new Uri("/local/health", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }

                last = await answer.Content.ReadAsStringAsync();
            }
            catch (HttpRequestException notYet) when (_localAwsProcess is { HasFailed: false })
            {
                last = notYet.Message;
            }

            var dead = _functions.Values.SelectMany(static list => list).FirstOrDefault(static runtime => runtime.HasFailed);
            Assert.True(dead is null, $"a function ended: {dead?.Output}");
            Assert.True(started.Elapsed < TimeSpan.FromSeconds(120), $"the stack is not ready: {last}\n{Logs}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runtime in _functions.Values.SelectMany(static list => list))
        {
            await runtime.DisposeAsync();
        }

        Anonymous?.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_localAwsProcess is not null)
        {
            await _localAwsProcess.DisposeAsync();
        }

        if (_simulators is not null)
        {
            await _simulators.DisposeAsync();
        }

        if (_backend is not null)
        {
            await _backend.DisposeAsync();
        }

        _state.Delete(recursive: true);
    }

    private async Task StartPartsAsync()
    {
        _backend = await StackBackend.StartAsync(_options.Backend, _state.FullName);
        _simulators = SimulatorHost.Build(["--urls", "http://127.0.0.1:0"]);
        await _simulators.StartAsync();

        _localAws = new LocalAwsOptions
        {
            Template = await TemplateAsync(),
            ApiPort = 0,
            RuntimePort = 0,
            AwsPort = 0,
            DynamoDbUrl = _backend.DynamoDbUrl,
            MessagingUrl = _backend.MessagingUrl,
            State = _state.FullName,
            Parameters = new Dictionary<string, string>(StringComparer.Ordinal) { ["PaymentGatewayUrl"] = SimulatorsUrl.ToString() },
        };
        var (template, endpoints) = _options.LocalAwsAsProcess ? StartLocalAwsProcess() : await StartLocalAwsAsync();
        Anonymous = new HttpClient { BaseAddress = ApiUrl, Timeout = TimeSpan.FromSeconds(60) };
        foreach (var function in Functions)
        {
            var environment = new Dictionary<string, string>(FunctionEnvironment.For(template, function, endpoints), StringComparer.Ordinal) { ["OMS_LOG_LEVEL"] = _options.LogLevel };
            if (_options.Concurrency.TryGetValue(function, out var concurrency))
            {
                environment["AWS_LAMBDA_MAX_CONCURRENCY"] = concurrency.ToString(CultureInfo.InvariantCulture);
            }

            foreach (var (name, value) in _options.Environment)
            {
                environment[name] = value;
            }

            var configured = template.Function(function);
            _functions[function] = [.. Enumerable.Range(0, _options.Processes.GetValueOrDefault(function, 1)).Select(IFunctionRuntime (_) =>
                _options.Functions == FunctionHosting.Processes ? new FunctionProcess(configured.Handler, environment) : new InProcessFunction(configured, environment))];
        }

        await ReadyAsync();
    }

    private async Task<(LocalTemplate Template, FunctionEndpoints Endpoints)> StartLocalAwsAsync()
    {
        _host = await LocalAwsHost.StartAsync(_localAws, logs: _options.LocalAwsLogs);
        ApiUrl = _host.ApiUrl;
        return (_host.Template, new FunctionEndpoints(_host.RuntimeUrl, _host.AwsUrl, _options.Otlp));
    }

    private (LocalTemplate Template, FunctionEndpoints Endpoints) StartLocalAwsProcess()
    {
        // It must come back on the same ports, so it cannot choose them itself.
        _localAws = _localAws with { ApiPort = FreePort.Find(), RuntimePort = FreePort.Find(), AwsPort = FreePort.Find() };
        _localAwsProcess = new FunctionProcess("Oms.LocalAws", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OMS_LOCALAWS_TEMPLATE"] = _localAws.Template,
            ["OMS_LOCALAWS_API_PORT"] = _localAws.ApiPort.ToString(CultureInfo.InvariantCulture),
            ["OMS_LOCALAWS_RUNTIME_PORT"] = _localAws.RuntimePort.ToString(CultureInfo.InvariantCulture),
            ["OMS_LOCALAWS_AWS_PORT"] = _localAws.AwsPort.ToString(CultureInfo.InvariantCulture),
            ["OMS_LOCALAWS_DYNAMODB_URL"] = _localAws.DynamoDbUrl.ToString(),
            ["OMS_LOCALAWS_MESSAGING_URL"] = _localAws.MessagingUrl.ToString(),
            ["OMS_LOCALAWS_STATE"] = _localAws.State,
            ["OMS_LOCALAWS_PARAMETERS"] = string.Join(';', _localAws.Parameters.Select(static parameter => $"{parameter.Key}={parameter.Value}")),
        });
        ApiUrl = Loopback(_localAws.ApiPort);
        var template = TemplateReader.ReadFile(_localAws.Template, TemplateSettings.Local(_localAws.Parameters, ApiUrl, Loopback(_localAws.AwsPort)));
        return (template, new FunctionEndpoints(Loopback(_localAws.RuntimePort), Loopback(_localAws.AwsPort), _options.Otlp));

        static Uri Loopback(int port) => new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", port).Uri;
    }

    private async Task<string> TemplateAsync()
    {
        var committed = Path.Combine(RepositoryFolder.Path, "Oms.Cloud", "oms.template.json");
        if (_options.Template is not { } change)
        {
            return committed;
        }

        var template = JsonNode.Parse(await File.ReadAllTextAsync(committed))!.AsObject();
        change(template);
        var path = Path.Combine(_state.FullName, "template.json");
        await File.WriteAllTextAsync(path, template.ToJsonString());
        return path;
    }

    private sealed class Mended(AwsProxy proxy) : IDisposable
    {
        public void Dispose() => proxy.Fault = null;
    }
}
