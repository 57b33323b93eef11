using Oms.LocalAws.Backends;
using Oms.Simulation.Versions;

namespace Oms.Tests.Simulation;

/// <summary>A release as it might come next, built once for all tests that run it beside the code as it is.</summary>
public sealed class NextVersion : IDisposable
{
    private readonly Lazy<string> _folder = new(static () =>
    {
        var folder = VersionBuild.NewFolder();
        VersionBuild.Build(PatchNamed("next"), folder, TextWriter.Null);
        return folder;
    });

    /// <summary>What is written behind a command to run beside it.</summary>
    internal IReadOnlyList<string> Arguments => ["--beside", PatchNamed("next"), "--built", _folder.Value];

    internal static string PatchNamed(string name) => Path.Combine(RepositoryFolder.Path, "Oms.Tests", "Simulation", "Versions", name + ".patch");

    public void Dispose()
    {
        if (_folder.IsValueCreated)
        {
            Directory.Delete(_folder.Value, recursive: true);
        }
    }
}
