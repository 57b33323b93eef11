namespace Oms.LocalAws.Backends;

/// <summary>Where the repository is on this machine: the build output lies inside it.</summary>
public static class RepositoryFolder
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    public static string Artifacts => System.IO.Path.Combine(Path, "artifacts");

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Oms.sln")))
                return folder.FullName;
        return Directory.GetCurrentDirectory();
    }
}
