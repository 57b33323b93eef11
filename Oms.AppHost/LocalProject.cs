namespace Oms.AppHost;

/// <summary>A project of this repository as a resource: it runs as the program that the build has just made of it.</summary>
internal static class LocalProject
{
    /// <summary>
    /// Aspire's default is `dotnet run --no-build`, which evaluates the project again: about two seconds of CPU time for each of a dozen processes.
    /// An IDE that debugs takes no notice of the program named here. Where it lies elsewhere (an output folder of one's own), the default remains.
    /// </summary>
    public static IResourceBuilder<ProjectResource> AddLocalProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var project = new TProject().ProjectPath;
#pragma warning disable ASPIRECERTIFICATES001 // may change; without it Aspire asks for a development certificate that nothing here uses
        var resource = builder.AddProject<TProject>(name, options => options.ExcludeLaunchProfile = true).WithoutHttpsCertificate();
#pragma warning restore ASPIRECERTIFICATES001
        return ProgramOf(project, AppContext.BaseDirectory) is { } program && File.Exists(program)
            ? resource.WithAnnotation(new ExecutableAnnotation { Command = program, WorkingDirectory = Path.GetDirectoryName(project)! })
            : resource;
    }

    /// <summary>It was built with the app host, so it lies where the app host's own program lies, one project folder over.</summary>
    /// <param name="project">The project file.</param>
    /// <param name="output">The app host's output folder, such as <c>Oms.AppHost/bin/Debug/net10.0</c>.</param>
    public static string? ProgramOf(string project, string output)
    {
        var bin = output.LastIndexOf($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        return bin < 0 ? null : Path.Combine(Path.GetDirectoryName(project)!, output[(bin + 1)..], Path.GetFileNameWithoutExtension(project) + (OperatingSystem.IsWindows() ? ".exe" : ""));
    }
}
