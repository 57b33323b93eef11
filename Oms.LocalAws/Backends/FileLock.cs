namespace Oms.LocalAws.Backends;

/// <summary>One process at a time: the operating system frees the lock when its holder dies.</summary>
public sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    public static async Task<FileLock> TakeAsync(string path, Action waiting, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var told = false; ; told = true)
        {
            try
            {
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!told)
                    waiting();
                await Task.Delay(Poll, cancellation);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
