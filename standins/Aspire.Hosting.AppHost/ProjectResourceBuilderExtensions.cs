using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, [ResourceName] string name, Action<ProjectResourceOptions> configure) where TProject : IProjectMetadata, new()
    {
        var options = new ProjectResourceOptions();
        configure(options);
        if (!options.ExcludeLaunchProfile && File.Exists(Path.Combine(Path.GetDirectoryName(new TProject().ProjectPath)!, "Properties", "launchSettings.json")))
            throw new NotSupportedException($"The stand-in does not read launch profiles: add '{name}' with {nameof(ProjectResourceOptions.ExcludeLaunchProfile)}.");
        return builder.AddResource(new ProjectResource(name)).WithAnnotation(new TProject()).WithOtlpExporter();
    }

    public static IResourceBuilder<ProjectResource> WithEndpointsInEnvironment(this IResourceBuilder<ProjectResource> builder, Func<EndpointAnnotation, bool> filter) =>
        builder.WithAnnotation(new EndpointEnvironmentFilter(filter));
}
