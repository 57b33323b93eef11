using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Oms.LocalAws.Hosting;
using Oms.LocalAws.Templates;
using Oms.LocalAws.Tokens;

namespace Oms.Tests.LocalAws.Gateway;

/// <summary>The API of a small template on a free port, in front of a function that the test writes.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    /// <summary>One key for all tests: making an RSA key takes longer than the rest.</summary>
    private static readonly Lazy<string> Key = new(() =>
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    });

    private readonly LoopbackServer _server;
    private readonly LocalApi _api;
    private readonly HttpClient _issuerClient = new();
    private readonly string _state;

    private GatewayUnderTest(LoopbackServer server, LocalApi api, string state, FakeTimeProvider time)
    {
        (_server, _api, _state, Time) = (server, api, state, time);
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 }) { BaseAddress = server.Url };
    }

    public HttpClient Client { get; }

    public FakeTimeProvider Time { get; }

    public Uri Url => _server.Url;

    public ScriptedFunction Function { get; private init; } = new();

    public static async Task<GatewayUnderTest> StartAsync(Action<JsonNode>? change = null, string? state = null, ILoggerFactory? logs = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
        var server = await LoopbackServer.StartAsync(0, "api-port", NullLoggerFactory.Instance, cancel);
        var settings = TemplateSettings.Local(new Dictionary<string, string>(), server.Url, new Uri("http://127.0.0.1:4566"));
        var function = new ScriptedFunction();
        var folder = state ?? Directory.CreateTempSubdirectory("oms-gateway-").FullName;
        if (state is null)
            await File.WriteAllTextAsync(Path.Combine(folder, SigningKey.FileName), Key.Value, cancel);
        var issuerClient = new HttpClient();
        var api = new LocalApi(SmallTemplate.Read(change, settings), function, server.Url, folder, () => ["nothing"], issuerClient, time, logs ?? NullLoggerFactory.Instance);
        server.Handler = api.HandleAsync;
        return new GatewayUnderTest(server, api, state is null ? folder : "", time) { Function = function };
    }

    public async Task<string> TokenAsync(string query)
    {
        var answer = await Client.GetStringAsync(new Uri($"/local/token?{query}", UriKind.Relative), TestContext.Current.CancellationToken);
        return JsonNode.Parse(answer)!["access_token"]!.GetValue<string>();
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, string? token = null, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(_server.Url, target)) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string target, string? token = null) => SendAsync(HttpMethod.Get, target, token);

    /// <summary>Sends exactly these lines, where HttpClient would tidy them up.</summary>
    public async Task SendRawAsync(string request)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _server.Url.Port, cancel);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request.ReplaceLineEndings("\r\n")), cancel);
        using var reader = new StreamReader(client.GetStream());
        await reader.ReadToEndAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        _api.Dispose();
        _issuerClient.Dispose();
        if (_state.Length > 0)
            Directory.Delete(_state, recursive: true);
    }
}

/// <summary>Stands in for the Lambda service: keeps what it was asked, and answers as told.</summary>
internal sealed class ScriptedFunction : IFunctionInvoker
{
    private readonly TaskCompletionSource _invoked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Func<CancellationToken, Task<InvocationResult>> Behaviour { get; set; } = _ => Answer("""{"statusCode":200}""");

    public List<JsonNode> Events { get; } = [];

    public string LastFunction { get; private set; } = "";

    public InvocationOptions? LastOptions { get; private set; }

    public JsonNode LastEvent => Events[^1];

    public Task Invoked => _invoked.Task;

    public static Task<InvocationResult> Answer(string json) =>
        Task.FromResult<InvocationResult>(new InvocationResult.Succeeded(Encoding.UTF8.GetBytes(json)));

    public Task<InvocationResult> InvokeAsync(string function, ReadOnlyMemory<byte> payload, InvocationOptions options, CancellationToken cancel)
    {
        lock (Events)
            Events.Add(JsonSerializer.Deserialize<JsonNode>(payload.Span)!);
        LastFunction = function;
        LastOptions = options;
        _invoked.TrySetResult();
        return Behaviour(cancel);
    }
}
