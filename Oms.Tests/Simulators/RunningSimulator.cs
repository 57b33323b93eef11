using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Oms.Simulators;

namespace Oms.Tests.Simulators;

/// <summary>The simulators in this process, on a free port, with a client.</summary>
internal sealed class RunningSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningSimulator(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = Url };
    }

    public Uri Url => new(_app.Urls.Single());

    public HttpClient Http { get; }

    public static async Task<RunningSimulator> StartAsync(TimeProvider? time = null, params string[] settings)
    {
        var app = SimulatorHost.Build(["--urls=http://127.0.0.1:0", .. settings], time);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningSimulator(app);
    }

    public async Task<HttpResponseMessage> AuthoriseAsync(string key, string token, string amount = "4470", string reference = "ord_1")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/payment_intents")
        {
            Content = new FormUrlEncodedContent(
                [new("amount", amount), new("currency", "eur"), new("payment_method", token), new("capture_method", "manual"), new("confirm", "true"), new("reference", reference)]),
        };
        request.Headers.Add("Idempotency-Key", key);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The ledger, one line per entry: kind, key.</summary>
    public async Task<IReadOnlyList<string>> LedgerAsync()
    {
        var ledger = await Http.GetFromJsonAsync<JsonElement>("/simulator/ledger", TestContext.Current.CancellationToken);
        return [.. ledger.GetProperty("entries").EnumerateArray().Select(entry => $"{entry.GetProperty("kind")} {entry.GetProperty("idempotency_key")}")];
    }

    public async Task LedgerHasAsync(int entries)
    {
        while ((await LedgerAsync()).Count < entries)
        {
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
