using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using Oms.LocalAws.Backends;
using Oms.Simulation.Bugs;

namespace Oms.Simulation.Versions;

/// <summary>Builds another version of what ships: the sources as they are with a patch applied, or those of a revision. The working copy is left alone.</summary>
internal static class VersionBuild
{
    /// <summary>A folder that nobody has.</summary>
    public static string NewFolder() => Path.Combine(RepositoryFolder.Artifacts, "beside", Guid.NewGuid().ToString("N"));

    /// <summary>A file is a patch, which is the next release; any other name is a revision of git, which was one before.</summary>
    public static bool IsNewer(string from) => File.Exists(from);

    /// <summary>Builds it and loads it; the folder is needed until the program ends.</summary>
    /// <exception cref="BugException">The patch does not apply, there is no such revision, or it does not compile.</exception>
    public static OtherVersion Load(string from, string folder, TextWriter output)
    {
        Build(from, folder, output);
        return OtherVersion.Load(from, folder, IsNewer(from));
    }

    /// <param name="from">A patch, or a revision.</param>
    /// <param name="folder">Gets the assemblies of what ships, and of this program.</param>
    public static void Build(string from, string folder, TextWriter output)
    {
        var started = Stopwatch.GetTimestamp();
        var sources = Path.Combine(folder, "sources");
        Directory.CreateDirectory(sources);
        SecondLoad.Copy(folder);
        var compiled = new Recompilation(RepositoryFolder.Path, SecondLoad.Configuration, IsNewer(from) ? Patched(from, sources) : Released(from, folder, sources), folder).Compile();
        Directory.Delete(sources, recursive: true);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(from)}: {(compiled.Count == 0 ? "nothing that ships is different" : string.Join(", ", compiled))}, compiled in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        output.Flush();
    }

    private static PatchedSources Patched(string patch, string sources)
    {
        PatchedSources.Copy(RepositoryFolder.Path, sources);
        return PatchedSources.Apply(sources, Path.GetFullPath(patch));
    }

    private static PatchedSources Released(string revision, string folder, string sources)
    {
        var archive = Path.Combine(folder, "sources.tar");
        var (exitCode, said) = Tool.Run("git", RepositoryFolder.Path, ["archive", "--format=tar", "--output=" + archive, revision, "--", .. PatchedSources.Projects]);
        if (exitCode != 0)
        {
            throw BugException.NotApplied($"{revision} is no patch that is there, and no revision of git:\n{said}");
        }

        TarFile.ExtractToDirectory(archive, sources, overwriteFiles: false);
        File.Delete(archive);
        return PatchedSources.OtherThan(RepositoryFolder.Path, sources);
    }
}
