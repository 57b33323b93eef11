namespace Oms.Simulation.Bugs;

/// <summary>
/// Compiles a changed project as the last build did: that one left its command in obj (Directory.Build.targets). Analyzers are left out, source generators are not.
/// A compiler server of its own does it, which has read the references once, and ends a minute after the last.
/// </summary>
internal sealed class Recompilation(string repository, string configuration, PatchedSources patched, string target)
{
    /// <summary>Where files are written that nobody asked for, and what only analyzers or people read.</summary>
    private static readonly string[] LeftOut = ["/out:", "/refout:", "/doc:", "/pdb:", "/debug", "/warnaserror", "/errorlog:", "/sourcelink:", "/embed:", "/generatedfilesout:", "/skipanalyzers", "/noconfig"];

    /// <summary>The compiler is compiled itself when it runs, and without this two times more, with every page of that code mapped twice: it does not live long enough to pay that back.</summary>
    private static readonly Dictionary<string, string> Quick = new(StringComparer.Ordinal) { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_CallCounting"] = "0", ["DOTNET_EnableWriteXorExecute"] = "0" };

    private readonly Dictionary<string, string> _surfaces = new(StringComparer.Ordinal);

    /// <summary>Compiles what is changed, and what uses it where its surface has changed too.</summary>
    /// <returns>The names of the projects that were compiled; their assemblies are in the target folder.</returns>
    /// <exception cref="BugException">The compiler refuses.</exception>
    public IReadOnlyList<string> Compile()
    {
        var compiled = new List<string>();
        foreach (var project in PatchedSources.Projects)
        {
            var command = ReadCommand(project);
            if (patched.Changed.Contains(project, StringComparer.Ordinal) || _surfaces.Keys.Any(changed => command.Exists(argument => IsReferenceTo(argument, changed))))
            {
                Compile(project, command);
                compiled.Add(project);
            }
        }

        return compiled;
    }

    private void Compile(string project, List<string> command)
    {
        var folder = Path.Combine(patched.Folder, project);
        var surface = Path.Combine(patched.Folder, project + ".surface.dll");

        // In the order of the build, without which the same surface would not be the same bytes.
        var sources = command.Where(static argument => IsSource(argument)).ToList();
        var present = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).ToHashSet(StringComparer.Ordinal);
        var arguments = command.Skip(1).Where(static argument => !LeftOut.Any(option => argument.StartsWith(option, StringComparison.OrdinalIgnoreCase)) && !IsSource(argument))
            .Select(argument => Arrange(project, argument))
            .Concat(sources.Where(source => IsMade(source) || present.Contains(source)).Select(source => IsMade(source) ? Path.Combine(repository, project, source) : source))
            .Concat(present.Except(sources, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            .Append($"/out:{Path.Combine(target, project + ".dll")}").Append($"/refout:{surface}").Append("/debug-").Append("/skipanalyzers+");
        var file = Path.Combine(patched.Folder, project + ".rsp");
        File.WriteAllLines(file, arguments.Select(static argument => argument.Contains(' ', StringComparison.Ordinal) && !argument.Contains('"', StringComparison.Ordinal) ? $"\"{argument}\"" : argument));
        var (exitCode, said) = Tool.Run("dotnet", folder, [Path.GetFullPath(command[0].TrimStart('#', ' ')), "/noconfig", "/shared:oms-bugs", "/keepalive:60", $"@{file}"], Quick);
        if (exitCode != 0)
        {
            throw BugException.NotCompiled($"{project} does not compile:\n{said.Replace(patched.Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)}");
        }

        var before = Path.Combine(repository, project, "obj", configuration, "net10.0", "refint", project + ".dll");
        if (!File.Exists(before) || !File.ReadAllBytes(before).AsSpan().SequenceEqual(File.ReadAllBytes(surface)))
        {
            _surfaces[project] = surface;
        }
    }

    private List<string> ReadCommand(string project)
    {
        var file = Path.Combine(repository, project, "obj", configuration, "net10.0", "compiler.rsp");
        return File.Exists(file) ? [.. File.ReadAllLines(file)] : throw new BugException($"{file} is missing: build the solution first (dotnet build --no-incremental)");
    }

    private string Arrange(string project, string argument)
    {
        if (_surfaces.FirstOrDefault(changed => IsReferenceTo(argument, changed.Key)) is { Value: { } surface })
        {
            return "/reference:" + surface;
        }

        var colon = argument.IndexOf(':', StringComparison.Ordinal) + 1;
        return colon > 0 && IsMade(argument[colon..]) ? argument[..colon] + Path.Combine(repository, project, argument[colon..]) : argument;
    }

    private static bool IsSource(string argument) => argument.EndsWith(".cs", StringComparison.Ordinal) && !argument.Contains(':', StringComparison.Ordinal);

    /// <summary>The build made it; it is not among the sources.</summary>
    private static bool IsMade(string path) => path.StartsWith("obj/", StringComparison.Ordinal) || path.StartsWith("obj\\", StringComparison.Ordinal);

    private static bool IsReferenceTo(string argument, string project) =>
        argument.StartsWith("/reference:", StringComparison.OrdinalIgnoreCase) && argument.EndsWith(project + ".dll", StringComparison.Ordinal);
}
