using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Oms.LocalAws.Hosting;

/// <summary>An HTTP server on 127.0.0.1, with no routing, limits or headers of its own; until it has a handler it answers 503.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private RequestDelegate? _handler;

    private LoopbackServer(WebApplication application) => _application = application;

    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    public RequestDelegate Handler
    {
        set => Volatile.Write(ref _handler, value);
    }

    /// <param name="port">0 for any free port.</param>
    /// <param name="setting">Named when the port cannot be had.</param>
    /// <param name="logs">Where the server itself logs.</param>
    /// <param name="cancel">Stops the start.</param>
    public static async Task<LoopbackServer> StartAsync(int port, string setting, ILoggerFactory logs, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.Services.AddSingleton(logs);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        var application = builder.Build();
        var server = new LoopbackServer(application);
        application.Run(context => server.HandleAsync(context));
        try
        {
            await application.StartAsync(cancel);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await application.DisposeAsync();
            throw new LocalAwsException($"port {port} cannot be had (setting '{setting}'): {e.Message}", e);
        }

        server.Url = new Uri(application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private Task HandleAsync(HttpContext context)
    {
        if (Volatile.Read(ref _handler) is { } handler)
            return handler(context);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }
}
