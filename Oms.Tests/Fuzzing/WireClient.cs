using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Oms.Tests.Fuzzing;

/// <summary>HTTP/1.1 by hand on one connection at a time: a client library would refuse or mend much of what has to be sent.</summary>
internal sealed class WireClient(Uri api, IReadOnlyDictionary<string, string> tokens) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TcpClient? _connection;
    private byte[] _read = [];

    /// <summary>Sends it, once more where a connection that was kept open has been closed meanwhile.</summary>
    public async Task<WireAnswer> SendAsync(HttpInput input, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var isFresh = _connection is null;
        var answer = await TryAsync(input, limit.Token);
        return answer.Status == 0 && !isFresh ? await TryAsync(input, limit.Token) : answer;
    }

    public void Dispose() => Close();

    private async Task<WireAnswer> TryAsync(HttpInput input, CancellationToken cancellation)
    {
        try
        {
            if (_connection is null)
            {
                _connection = new TcpClient { NoDelay = true };
                await _connection.ConnectAsync(api.Host, api.Port, cancellation);
            }

            await _connection.GetStream().WriteAsync(Bytes(input), cancellation);
            return await ReadAsync(input.Method == "HEAD", cancellation);
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            Close();
            return WireAnswer.None;
        }
    }

    private byte[] Bytes(HttpInput input)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{input.Method} {input.Target} HTTP/1.1\r\nhost: {api.Authority}\r\n");
        foreach (var (name, value) in input.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {tokens.Aggregate(value, static (text, token) => text.Replace(token.Key, token.Value, StringComparison.Ordinal))}\r\n");
        }

        head.Append(CultureInfo.InvariantCulture, $"content-length: {input.Body.Length}\r\n\r\n");
        return [.. Encoding.UTF8.GetBytes(head.ToString()), .. input.Body];
    }

    private async Task<WireAnswer> ReadAsync(bool isHead, CancellationToken cancellation)
    {
        int end;
        while ((end = _read.AsSpan().IndexOf("\r\n\r\n"u8)) < 0)
        {
            await MoreAsync(cancellation);
        }

        var lines = Encoding.Latin1.GetString(_read, 0, end).Split("\r\n");
        Take(end + 4);
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
        }

        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        byte[] body = isHead || status == 204 ? []
            : headers.TryGetValue("content-length", out var length) ? await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellation)
            : headers.GetValueOrDefault("transfer-encoding") == "chunked" ? await TakeChunksAsync(cancellation)
            : [];
        if (headers.GetValueOrDefault("connection") == "close")
        {
            Close();
        }

        return new WireAnswer(status, headers, body);
    }

    private async Task<byte[]> TakeChunksAsync(CancellationToken cancellation)
    {
        var body = new List<byte>();
        while (true)
        {
            int end;
            while ((end = _read.AsSpan().IndexOf("\r\n"u8)) < 0)
            {
                await MoreAsync(cancellation);
            }

            var size = int.Parse(Encoding.ASCII.GetString(_read, 0, end), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Take(end + 2);
            body.AddRange(await TakeAsync(size, cancellation));
            await TakeAsync(2, cancellation);
            if (size == 0)
            {
                return [.. body];
            }
        }
    }

    private async Task<byte[]> TakeAsync(int length, CancellationToken cancellation)
    {
        while (_read.Length < length)
        {
            await MoreAsync(cancellation);
        }

        return Take(length);
    }

    private byte[] Take(int length)
    {
        var taken = _read[..length];
        _read = _read[length..];
        return taken;
    }

    private async Task MoreAsync(CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        var count = await _connection!.GetStream().ReadAsync(buffer, cancellation);
        _read = count > 0 ? [.. _read, .. buffer.AsSpan(0, count)] : throw new IOException("The connection was closed");
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
        _read = [];
    }
}
