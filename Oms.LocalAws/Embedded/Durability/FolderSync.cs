using System.Runtime.InteropServices;

namespace Oms.LocalAws.Embedded.Durability;

/// <summary>Makes new names of files and folders survive a power failure; Windows does that by itself.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>Makes a folder, and those above it that are not there yet.</summary>
    public static void Create(string path)
    {
        var missing = new List<string>();
        for (var at = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)); at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at)) missing.Add(at);
        Directory.CreateDirectory(path);
        foreach (var made in missing) Sync(Path.GetDirectoryName(made)!);
    }

    /// <summary>Returns when the names in a folder would survive.</summary>
    /// <exception cref="IOException">They cannot be made to.</exception>
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
