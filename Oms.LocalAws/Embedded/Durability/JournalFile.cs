namespace Oms.LocalAws.Embedded.Durability;

/// <summary>A file that is only appended to; Sync returns when what was written would survive a power failure.</summary>
internal class JournalFile : IDisposable
{
    private readonly FileStream _file;

    public JournalFile(string path) => _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public virtual void Write(ReadOnlySpan<byte> bytes) => _file.Write(bytes);

    public virtual void Sync() => _file.Flush(flushToDisk: true);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
    }
}
