using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>A container in the foreground of its engine's client; published on loopback only, removed at its end.</summary>
internal sealed class ContainerLauncher : Launcher
{
    private readonly string _suffix = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    public static string Engine { get; } = Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") ?? (Answers("docker") || !Answers("podman") ? "docker" : "podman");

    public override string ContainerName(IResource resource) => $"{resource.Name}-{_suffix}";

    protected override Task<ProcessStartInfo> StartInfoAsync(IResource resource, List<string> args, Dictionary<string, string> variables, Action<string> say, CancellationToken cancellation)
    {
        var container = (ContainerResource)resource;
        List<string> run = ["run", "--rm", "--name", ContainerName(resource)];
        foreach (var endpoint in container.Annotations.OfType<EndpointAnnotation>())
            run.AddRange(["-p", $"127.0.0.1:{endpoint.Port}:{endpoint.TargetPort ?? endpoint.Port}"]);
        foreach (var mount in container.Annotations.OfType<ContainerMountAnnotation>())
            run.AddRange(["-v", $"{mount.Source}:{mount.Target}{(mount.IsReadOnly ? ":ro" : "")}"]);
        foreach (var (name, value) in variables)
            run.AddRange(["-e", $"{name}={value}"]);
        if (container.Entrypoint is { } entrypoint)
            run.AddRange(["--entrypoint", entrypoint]);
        var image = container.Annotations.OfType<ContainerImageAnnotation>().Last();
        run.Add($"{(image.Registry is null ? "" : image.Registry + "/")}{image.Image}:{image.Tag}");
        return Task.FromResult(Process(Engine, [.. run, .. args], Directory.GetCurrentDirectory(), []));
    }

    private static bool Answers(string engine)
    {
        try
        {
            using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(engine, ["version"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
