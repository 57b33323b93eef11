using System.Net;
using Oms.Simulators.Gateway;

namespace Oms.Simulators;

/// <summary>The rest of the world in one process: what Oms talks to and does not own. Tests start the same host in process.</summary>
public static class SimulatorHost
{
    public const string DefaultUrl = "http://127.0.0.1:5090";

    public static WebApplication Build(string[] args, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Configuration.AddInMemoryCollection([new("urls", Url(builder.Configuration["urls"]))]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(GatewaySettings.From(builder.Configuration.GetSection("Gateway")));
        builder.Services.AddSingleton<GatewayLedger>();
        builder.Services.AddSingleton<IdempotencyKeys>();
        builder.Services.AddSingleton<PaymentGateway>();

        var app = builder.Build();
        app.MapGet("/simulator/health", () => Results.Ok(new { status = "ok" }));
        GatewayApi.Map(app);
        return app;
    }

    /// <summary>It has no authentication and says everything it knows: other machines may not reach it.</summary>
    private static string Url(string? configured)
    {
        var url = configured ?? DefaultUrl;
        foreach (var one in url.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Uri.TryCreate(one, UriKind.Absolute, out var uri) || !(IPAddress.TryParse(uri.Host, out var address) && IPAddress.IsLoopback(address)))
            {
                throw new ArgumentException($"The simulators listen on loopback only: --urls {DefaultUrl} instead of '{one}'.", nameof(configured));
            }
        }

        return url;
    }
}
