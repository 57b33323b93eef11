using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Oms.Tests.Support;

/// <summary>A port in front of an address. Open, connections go through; shut, they are refused by the system, and those that went through are broken.</summary>
internal sealed class LoopbackDoor : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Socket, byte> _connections = new();
    private Socket _listener = Bound(0);
    private Task _accepting = Task.CompletedTask;

    /// <summary>The same, open or shut.</summary>
    public Uri Url => new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", Port).Uri;

    private int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Open(Uri behind)
    {
        _listener.Listen();
        _accepting = AcceptAsync(_listener, behind);
    }

    public async Task ShutAsync()
    {
        var port = Port;
        await CloseAsync();
        _listener = Bound(port);
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>Bound and without a backlog: nobody else gets the port, and who calls is refused.</summary>
    private static Socket Bound(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private async Task CloseAsync()
    {
        _listener.Dispose();
        foreach (var connection in _connections.Keys)
        {
            connection.Dispose();
        }

        await _accepting;
    }

    private async Task AcceptAsync(Socket listener, Uri behind)
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                passing.Add(PassAsync(await listener.AcceptAsync(), behind));
            }
        }
        catch (Exception shut) when (shut is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(Socket caller, Uri behind)
    {
        using var service = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        caller.NoDelay = true;
        _connections[caller] = _connections[service] = 0;
        try
        {
            await service.ConnectAsync(behind.Host, behind.Port);
            await using var there = new NetworkStream(caller);
            await using var here = new NetworkStream(service);
            await Task.WhenAny(there.CopyToAsync(here), here.CopyToAsync(there));
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException)
        {
            // The door was shut, or one side has gone: the other is told by the end of its connection.
        }
        finally
        {
            _connections.TryRemove(caller, out _);
            _connections.TryRemove(service, out _);
            caller.Dispose();
        }
    }
}
