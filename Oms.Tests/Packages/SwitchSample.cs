using System.Text.Json;
using System.Text.RegularExpressions;
using Oms.Tests.Support;

namespace Oms.Tests.Packages;

/// <summary>Two tiny projects below the repository's switch files and pinned versions, with sources and an artifacts folder of their own.</summary>
internal sealed partial class SwitchSample : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("oms-switch-").FullName;
    private readonly List<(string Name, string Source)> _sources = [];

    public SwitchSample()
    {
        Directory.CreateDirectory(Path.Combine(_root, "tmp"));
        foreach (var file in new[] { "standins/Switch.props", "standins/Switch.targets", "standins/AskSource.cs" })
        {
            Write(file, File.ReadAllText(Path.Combine(Repository.Root, file)));
        }

        // The versions are the repository's; what else it restores is of no interest here.
        var packages = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props"));
        Write("Directory.Packages.props", OtherPackages().Replace(packages, ""));
        Write("Directory.Build.props", """<Project><Import Project="standins/Switch.props" /></Project>""");
        Write("Directory.Build.targets", """<Project><Import Project="standins/Switch.targets" /></Project>""");
        const string Library = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>{0}</Project>""";
        const string References = """<ItemGroup><OmsPackage Include="Amazon.Lambda.Core" /><OmsPackage Include="AWSSDK.SimpleNotificationService" /></ItemGroup>""";
        Write("standins/Amazon.Lambda.Core/Amazon.Lambda.Core.csproj", Library.Replace("{0}", "", StringComparison.Ordinal));
        Write("standins/AWSSDK.SimpleNotificationService/AWSSDK.SimpleNotificationService.csproj", Library.Replace("{0}", "", StringComparison.Ordinal));
        Write("One/One.csproj", Library.Replace("{0}", References, StringComparison.Ordinal));
        Write("Two/Two.csproj", Library.Replace("{0}", References, StringComparison.Ordinal));
    }

    public string AddFeed(string name)
    {
        var feed = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        AddSource(name, feed);
        return feed;
    }

    public void AddSource(string name, string source)
    {
        _sources.Add((name, source));
        var sources = string.Concat(_sources.Select(one => $"""<add key="{one.Name}" value="{one.Source}" allowInsecureConnections="true" />"""));
        Write("nuget.config", $"<configuration><packageSources><clear />{sources}</packageSources></configuration>");
    }

    public Task<(int ExitCode, string Output)> RestoreAsync(string project) => DotNetAsync($"restore {project} -v:minimal -tl:off");

    /// <summary>Empty packages must not get into the user's cache.</summary>
    public Task<(int ExitCode, string Output)> DotNetAsync(string arguments) => DotNet.RunAsync(_root, arguments, ("NUGET_PACKAGES", Path.Combine(_root, "packages")), ("TMPDIR", Path.Combine(_root, "tmp"))); // what the SDK leaves there goes with the sample

    /// <summary>The families that the kept answer names; null when there is none.</summary>
    public string? StandIns()
    {
        var file = Path.Combine(_root, "artifacts", "feed.props");
        return File.Exists(file) ? Answer().Match(File.ReadAllText(file)).Groups["families"].Value : null;
    }

    /// <summary>What the restore resolved, each as name and kind (package or project).</summary>
    public IEnumerable<string> Libraries(string project)
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(_root, project, "obj", "project.assets.json")));
        return [.. assets.RootElement.GetProperty("libraries").EnumerateObject()
            .Select(library => $"{library.Name.Split('/')[0]} {library.Value.GetProperty("type").GetString()}")
            .Order(StringComparer.Ordinal)];
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [GeneratedRegex("<(?:PackageVersion|GlobalPackageReference) Include=\"[^@][^>]*/>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherPackages();

    [GeneratedRegex("<OmsStandIns>(?<families>.*)</OmsStandIns>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Answer();

    private void Write(string path, string content)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
