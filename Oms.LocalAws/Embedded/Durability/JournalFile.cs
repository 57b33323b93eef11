using System.Runtime.InteropServices;

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

/// <summary>Makes a new name of a file survive a power failure; Windows does that by itself.</summary>
internal static partial class Folder
{
    private const int ReadOnly = 0;

    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var folder = Open(path, ReadOnly);
        if (folder < 0) throw new IOException($"{path} cannot be opened: error {Marshal.GetLastPInvokeError()}");
        try
        {
            if (Sync(folder) != 0) throw new IOException($"{path} cannot be synced: error {Marshal.GetLastPInvokeError()}");
        }
        finally
        {
            _ = Close(folder);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int file);
}
