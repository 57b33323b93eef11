namespace Oms.Simulation.Bugs;

/// <summary>A copy of the sources of what ships, with a patch applied to it.</summary>
internal sealed class PatchedSources
{
    /// <summary>What ships, each after what it needs.</summary>
    public static readonly IReadOnlyList<string> Projects = ["Oms.Contracts", "Oms.ServiceDefaults", "Oms.Orders", "Oms.Payments", "Oms.Inventory"];

    private PatchedSources(string folder, IReadOnlyList<string> changed)
    {
        Folder = folder;
        Changed = changed;
    }

    public string Folder { get; }

    /// <summary>The projects in which the patch changes something.</summary>
    public IReadOnlyList<string> Changed { get; }

    public static void Copy(string repository, string folder)
    {
        foreach (var project in Projects)
        {
            var from = Path.Combine(repository, project);
            foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(repository, file);
                if (IsMade(name))
                {
                    continue;
                }

                var to = Path.Combine(folder, name);
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }
        }
    }

    /// <param name="folder">Holds a <see cref="Copy"/>, and is changed.</param>
    /// <param name="patch">A unified diff as <c>git apply</c> takes it, relative to the repository.</param>
    /// <exception cref="BugException">It does not apply, or not to what ships.</exception>
    public static PatchedSources Apply(string folder, string patch)
    {
        var files = Git(folder, patch, "--numstat").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('\t')[^1].Trim('"')).ToList();
        if (files.Find(static file => !Projects.Contains(file.Split('/')[0], StringComparer.Ordinal)) is { } other)
        {
            throw BugException.NotApplied($"{patch} changes {other}; a bug is one of {string.Join(", ", Projects)}, named from the root of the repository");
        }

        Git(folder, patch, "--verbose");
        var changed = files.Select(static file => file.Split('/')[0]).Distinct(StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        return new PatchedSources(folder, [.. Projects.Where(changed.Contains)]);
    }

    /// <summary>Other sources than those of the repository, as they are.</summary>
    public static PatchedSources OtherThan(string repository, string folder)
    {
        return new PatchedSources(folder, [.. Projects.Where(project => !Files(repository, project).SequenceEqual(Files(folder, project)))]);

        static IEnumerable<(string Name, string Text)> Files(string root, string project) => Directory.EnumerateFiles(Path.Combine(root, project), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file)).Where(static name => !IsMade(name)).Order(StringComparer.Ordinal).Select(name => (name, File.ReadAllText(Path.Combine(root, name))));
    }

    /// <summary>Says whether the patch applies to the sources as they are, without changing them.</summary>
    /// <exception cref="BugException">It does not.</exception>
    public static void Check(string folder, string patch) => Git(folder, patch, "--check", "--verbose");

    private static bool IsMade(string name) => name.Split(Path.DirectorySeparatorChar)[1] is "bin" or "obj";

    private static string Git(string folder, string patch, params IEnumerable<string> options)
    {
        // The copy lies inside the repository, which is not to be touched: git must not see it.
        var alone = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(folder)!, ["GIT_DIR"] = Path.Combine(folder, "none") };
        var (exitCode, said) = Tool.Run("git", folder, ["apply", "--whitespace=nowarn", .. options, patch], alone);
        return exitCode == 0 ? said : throw BugException.NotApplied($"{patch} does not apply to the sources as they are:\n{said}");
    }
}
