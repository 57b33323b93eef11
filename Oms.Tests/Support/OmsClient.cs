using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace Oms.Tests.Support;

/// <summary>Speaks the API as a shop does.</summary>
internal sealed class OmsClient(HttpClient http, string tenant) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public string Tenant => tenant;

    public HttpClient Http => http;

    public async Task<OmsAnswer> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request);
        var all = answer.Headers.Concat(answer.Content.Headers).ToDictionary(static header => header.Key.ToLowerInvariant(), static header => string.Join(",", header.Value), StringComparer.Ordinal);
        return new OmsAnswer(answer.StatusCode, await answer.Content.ReadAsStringAsync(), all);
    }

    public Task<OmsAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<OmsAnswer> PlaceMagentoAsync(string body, string store = "default") => SendAsync(HttpMethod.Post, $"/v1/magento/{store}/orders", body);

    public Task<OmsAnswer> PlaceNativeAsync(string body, string key) => SendAsync(HttpMethod.Post, "/v1/orders", body, ("Idempotency-Key", key));

    public async Task SetStockAsync(string sku, decimal onHand)
    {
        var answer = await SendAsync(HttpMethod.Put, $"/v1/stock/{Uri.EscapeDataString(sku)}/default", $$"""{"onHand": {{onHand.ToString(CultureInfo.InvariantCulture)}}}""");
        Assert.True(answer.Status == HttpStatusCode.OK, $"stock of {sku} was not set: {answer.Status} {answer.Body}");
    }

    /// <returns>onHand, reserved, available of source default; null where there is no row.</returns>
    public async Task<(decimal OnHand, decimal Reserved, decimal Available)?> StockAsync(string sku)
    {
        var answer = await GetAsync($"/v1/stock/{Uri.EscapeDataString(sku)}");
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return null;
        }

        var row = answer.Json.GetProperty("sources").EnumerateArray().Single(static source => source.GetProperty("source").GetString() == "default");
        return (row.GetProperty("onHand").GetDecimal(), row.GetProperty("reserved").GetDecimal(), row.GetProperty("available").GetDecimal());
    }

    public async Task<string> StateAsync(string orderId)
    {
        var answer = await GetAsync($"/v1/orders/{orderId}");
        return answer.Status == HttpStatusCode.OK ? answer.Json.GetProperty("state").GetString()! : $"HTTP {(int)answer.Status}";
    }

    /// <summary>Waits until the order has one of the states; a failure tells the last one and the timeline.</summary>
    public async Task<string> WaitForStateAsync(string orderId, params string[] states)
    {
        var started = Stopwatch.StartNew();
        for (; ; await PauseAsync(started))
        {
            var state = await StateAsync(orderId);
            if (states.Contains(state, StringComparer.Ordinal))
            {
                return state;
            }

            if (started.Elapsed > Limit)
            {
                Assert.Fail($"{orderId} is {state} after {Limit}, not {string.Join(" or ", states)}: {(await GetAsync($"/v1/orders/{orderId}/events")).Body}");
            }
        }
    }

    /// <summary>Waits until the order's timeline shows that the customer was told of it.</summary>
    public Task WaitUntilToldAsync(string orderId) =>
        WaitUntilAsync(async () => (await GetAsync($"/v1/orders/{orderId}/events")).Body.Contains("\"notice\"", StringComparison.Ordinal), "the customer was told");

    public static Task WaitUntilAsync(Func<Task<bool>> condition, string what) => WaitUntilAsync(condition, () => what);

    public static async Task WaitUntilAsync(Func<Task<bool>> condition, Func<string> what)
    {
        for (var started = Stopwatch.StartNew(); !await condition(); await PauseAsync(started))
        {
            Assert.True(started.Elapsed < Limit, $"after {Limit}, still not: {what()}");
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Short in the beginning: what takes milliseconds is seen at once, and what takes seconds is not asked for all the time.</summary>
    private static Task PauseAsync(Stopwatch waiting) => Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(waiting.ElapsedMilliseconds / 8, 2, 50)));
}
