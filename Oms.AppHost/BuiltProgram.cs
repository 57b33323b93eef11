namespace Oms.AppHost;

/// <summary>A project runs as the program that the build has just made of it.</summary>
internal static class BuiltProgram
{
    /// <summary>
    /// Aspire's default is `dotnet run --no-build`, which evaluates the project again: about two seconds of CPU time for each of a dozen processes.
    /// An IDE that debugs takes no notice of it. Where the program lies elsewhere (an output folder of one's own), the default remains.
    /// </summary>
    public static IResourceBuilder<ProjectResource> AsBuilt(this IResourceBuilder<ProjectResource> builder)
    {
        var project = builder.Resource.Annotations.OfType<IProjectMetadata>().Single().ProjectPath;
        return Of(project, AppContext.BaseDirectory) is { } program && File.Exists(program)
            ? builder.WithAnnotation(new ExecutableAnnotation { Command = program, WorkingDirectory = Path.GetDirectoryName(project)! })
            : builder;
    }

    /// <summary>It was built with the app host, so it lies where the app host's own program lies, one project folder over.</summary>
    /// <param name="project">The project file.</param>
    /// <param name="output">The app host's output folder, such as <c>Oms.AppHost/bin/Debug/net10.0</c>.</param>
    public static string? Of(string project, string output)
    {
        var bin = output.LastIndexOf($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        return bin < 0 ? null : Path.Combine(Path.GetDirectoryName(project)!, output[(bin + 1)..], Path.GetFileNameWithoutExtension(project) + (OperatingSystem.IsWindows() ? ".exe" : ""));
    }
}
