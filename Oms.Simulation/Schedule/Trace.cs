using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Oms.Simulation.Schedule;

/// <summary>
/// What happened, one line each: virtual time since the start, who, what. Its SHA-256 tells whether two runs were the same; the lines
/// themselves are kept or printed only where somebody wants to read them.
/// </summary>
internal sealed class Trace(Timeline time, Action<string>? reader) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly DateTimeOffset _start = time.Now;
    private byte[] _buffer = new byte[1024];

    public string Sha256 => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public bool IsRead => reader is not null;

    public void Line(string actor, string text)
    {
        time.RequireThread("tracing");
        var line = string.Create(CultureInfo.InvariantCulture, $"{time.Now - _start:d\\.hh\\:mm\\:ss\\.ffff} {actor,-22} {text}\n");
        var most = Encoding.UTF8.GetMaxByteCount(line.Length);
        if (_buffer.Length < most)
        {
            _buffer = new byte[most];
        }

        _hash.AppendData(_buffer, 0, Encoding.UTF8.GetBytes(line, _buffer));
        reader?.Invoke(line);
    }

    /// <summary>For the reader only: what depends on the build (stack traces in a log) is no part of the hash.</summary>
    public void Aside(string actor, Func<string> text) => reader?.Invoke($"{"",19} {actor,-22} {text()}\n");

    public void Dispose() => _hash.Dispose();
}
