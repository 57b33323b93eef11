using Oms.LocalAws.Gateway;
using Oms.LocalAws.Metering;
using Oms.LocalAws.Templates;
using Oms.LocalAws.Tokens;

namespace Oms.LocalAws.Hosting;

/// <summary>All that the API port serves: the template's HTTP API, and LocalAws's own pages under /local.</summary>
internal sealed class LocalApi : IDisposable
{
    private readonly SigningKey _key;
    private readonly LocalPages _pages;
    private readonly HttpGateway? _gateway;

    public LocalApi(
        LocalTemplate template, IFunctionInvoker invoker, Uri url, string state, Func<IReadOnlyList<string>> missing, HttpClient http, TimeProvider time, ILoggerFactory logs,
        CapacityMeter? meter = null)
    {
        _key = SigningKey.LoadOrCreate(state);
        var audience = template.HttpApi?.Routes.Select(r => r.Authorizer).OfType<LocalJwtAuthorizer>().FirstOrDefault()?.Audience[0];
        var issuer = new TokenIssuer(_key, TemplateSettings.IssuerAt(url), audience ?? TemplateSettings.LocalAudience, time);
        _pages = new LocalPages(issuer, missing, meter);
        _gateway = template.HttpApi is { } api ? new HttpGateway(api, invoker, http, time, logs.CreateLogger<HttpGateway>()) : null;
    }

    public Task HandleAsync(HttpContext context) =>
        _gateway is null || context.Request.Path.StartsWithSegments(LocalPages.Root, StringComparison.Ordinal)
            ? _pages.HandleAsync(context)
            : _gateway.HandleAsync(context);

    public void Dispose() => _key.Dispose();
}
