namespace Oms.AppHost;

/// <summary>
/// The ports of one run, held from before its first process until after its last. That a port is free says nothing about
/// the next minute: a second app host, started meanwhile, finds a locked file. The operating system frees it when its holder dies.
/// </summary>
internal sealed class HeldPorts : IDisposable
{
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), $"oms-ports-{Environment.UserName}");

    private readonly List<FileStream> _files = [];

    /// <summary>False when another run of this user holds it.</summary>
    public bool TryHold(int port)
    {
        Directory.CreateDirectory(Folder);
        try
        {
            _files.Add(new FileStream(Path.Combine(Folder, $"{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            return true;
        }
        catch (IOException) when (File.Exists(Path.Combine(Folder, $"{port}")))
        {
            return false;
        }
    }

    public void Dispose() => _files.ForEach(static file => file.Dispose());
}
