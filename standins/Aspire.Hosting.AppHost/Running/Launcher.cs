using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>How a kind of resource becomes a process.</summary>
internal abstract class Launcher
{
    /// <summary>What describes the app host itself; the resources must not take it for theirs.</summary>
    private static readonly string[] OwnVariables = ["ASPNETCORE_URLS", "DOTNET_LAUNCH_PROFILE", "ASPNETCORE_HOSTINGSTARTUPASSEMBLIES"];

    public static Launcher For(IResource resource, string appHostDirectory) => resource switch
    {
        DashboardResource => new DashboardLauncher(appHostDirectory),
        ProjectResource => new ProjectLauncher(),
        ExecutableResource => new ExecutableLauncher(),
        ContainerResource => new ContainerLauncher(),
        _ => throw new NotSupportedException($"The stand-in cannot run a {resource.GetType().Name}."),
    };

    public async Task<ProcessStartInfo> PrepareAsync(IResource resource, Action<string> say, CancellationToken cancellation)
    {
        EnvironmentCallbackContext context = new();
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            callback.Callback(context);
        var variables = context.EnvironmentVariables.ToDictionary(v => v.Key, v => Convert.ToString(v.Value, CultureInfo.InvariantCulture) ?? "");
        var args = resource.Annotations.OfType<CommandLineArgs>().SelectMany(a => a.Args).ToList();
        var start = await StartInfoAsync(resource, args, variables, say, cancellation);
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        // Its input is a pipe that only this process holds: whoever reads this ends when that closes, also after SIGKILL.
        start.Environment["OMS_STOP_WITH_STDIN"] = "1";
        return start;
    }

    public virtual ProcessPriorityClass Priority => ProcessPriorityClass.Normal;

    public virtual string? ContainerName(IResource resource) => null;

    protected abstract Task<ProcessStartInfo> StartInfoAsync(IResource resource, List<string> args, Dictionary<string, string> variables, Action<string> say, CancellationToken cancellation);

    protected static ProcessStartInfo Process(string fileName, IEnumerable<string> args, string workingDirectory, Dictionary<string, string> variables)
    {
        ProcessStartInfo start = new(fileName, args) { WorkingDirectory = workingDirectory };
        foreach (var own in OwnVariables)
            start.Environment.Remove(own);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return start;
    }
}

internal sealed class ExecutableLauncher : Launcher
{
    protected override Task<ProcessStartInfo> StartInfoAsync(IResource resource, List<string> args, Dictionary<string, string> variables, Action<string> say, CancellationToken cancellation)
    {
        var executable = (ExecutableResource)resource;
        return Task.FromResult(Process(executable.Command, args, executable.WorkingDirectory, variables));
    }
}

/// <summary>A program that an annotation names, else `dotnet run` of what the app host's build has built.</summary>
internal sealed class ProjectLauncher : Launcher
{
    protected override Task<ProcessStartInfo> StartInfoAsync(IResource resource, List<string> args, Dictionary<string, string> variables, Action<string> say, CancellationToken cancellation)
    {
        var project = resource.Annotations.OfType<IProjectMetadata>().Single().ProjectPath;
        var filter = resource.Annotations.OfType<EndpointEnvironmentFilter>().LastOrDefault()?.Filter ?? (_ => true);
        var urls = resource.Annotations.OfType<EndpointAnnotation>().Where(filter).Select(e => $"{e.UriScheme}://localhost:{e.TargetPort ?? e.Port}").ToList();
        if (urls.Count > 0)
            variables.TryAdd("ASPNETCORE_URLS", string.Join(';', urls));
        return Task.FromResult(resource.Annotations.OfType<ExecutableAnnotation>().LastOrDefault() is { } program
            ? Process(program.Command, args, program.WorkingDirectory, variables)
            : Process("dotnet", ["run", "--project", project, "--no-build", "--no-launch-profile", "--", .. args], Path.GetDirectoryName(project)!, variables));
    }
}
