using System.Xml.Linq;
using Oms.LocalAws.Backends;
using Oms.Tests.Support;

namespace Oms.Tests.AppHost;

/// <summary>A start builds what it starts, unless nothing of it has changed: the app host's own check, around a build that only says that it takes place.</summary>
public sealed class UpToDateTests : IDisposable
{
    private const string Source = "Oms.Orders/Order.cs";
    private const string Output = "Oms.Orders/bin/Debug/net10.0/Oms.Orders.dll";

    private readonly string _root = Directory.CreateTempSubdirectory("oms-up-to-date-").FullName;

    public UpToDateTests()
    {
        Write("Oms.AppHost/UpToDate.targets", File.ReadAllText(Path.Combine(RepositoryFolder.Path, "Oms.AppHost", "UpToDate.targets")));
        Write("Oms.AppHost/Sample.proj", """
            <Project DefaultTargets="Build">
              <PropertyGroup>
                <OutputPath>bin/Debug/net10.0/</OutputPath>
                <IntermediateOutputPath>obj/Debug/net10.0/</IntermediateOutputPath>
                <BuildProjectReferences Condition="'$(BuildProjectReferences)' == ''">true</BuildProjectReferences>
              </PropertyGroup>
              <Import Project="UpToDate.targets" />
              <Target Name="ResolveProjectReferences">
                <Message Importance="high" Text="References are built." Condition="'$(BuildProjectReferences)' == 'true'" />
                <WriteLinesToFile File="$(SavedMeanwhile)" Lines="saved while the build runs" Condition="'$(SavedMeanwhile)' != ''" />
              </Target>
              <Target Name="Build" DependsOnTargets="ResolveProjectReferences" />
            </Project>
            """);
        Write(Source, "class Order;");
        Write(Output, "");
        Write("Directory.Packages.props", "<Project />");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task References_are_built_unless_nothing_has_changed()
    {
        Assert.True(await BuildsAsync());
        Assert.False(await BuildsAsync());

        Write(Source, "class Order; // changed");
        Assert.True(await BuildsAsync());
        Assert.False(await BuildsAsync());

        Write("Oms.Orders/Magento/New.cs", "class New;");
        Assert.True(await BuildsAsync());

        File.Delete(Path.Combine(_root, Output));
        Assert.True(await BuildsAsync());

        Write("Directory.Packages.props", "<Project></Project>");
        Assert.True(await BuildsAsync());

        Assert.True(await BuildsAsync("-p:OmsPackages=real"));
        Assert.True(await BuildsAsync("-p:OmsUpToDateCheck=false"));
    }

    [Fact]
    public async Task What_is_saved_while_a_build_runs_is_built_by_the_next()
    {
        Assert.True(await BuildsAsync($"-p:SavedMeanwhile={Path.Combine(_root, Source)}"));
        Assert.True(await BuildsAsync());
        Assert.False(await BuildsAsync());
    }

    /// <summary>A project that is missing in the list could change and would not be built.</summary>
    [Fact]
    public void Everything_that_is_started_is_looked_at()
    {
        var looked = XDocument.Load(Path.Combine(RepositoryFolder.Path, "Oms.AppHost", "UpToDate.targets")).Descendants("_OmsStarted").Single().Attribute("Include")!.Value.Split(';');
        var needed = new SortedSet<string>(StringComparer.Ordinal);
        Add("Oms.AppHost");
        Assert.Equal(needed, looked.Order(StringComparer.Ordinal));

        void Add(string project)
        {
            foreach (var reference in XDocument.Load(Path.Combine(RepositoryFolder.Path, project, project + ".csproj")).Descendants("ProjectReference").Select(static one => one.Attribute("Include")!.Value))
            {
                var name = Path.GetFileNameWithoutExtension(reference);
                if (needed.Add(name))
                {
                    Add(name);
                }
            }
        }
    }

    private async Task<bool> BuildsAsync(string option = "")
    {
        var (exitCode, output) = await DotNet.RunAsync(Path.Combine(_root, "Oms.AppHost"), $"msbuild -nologo -v:minimal -tl:off {option}");
        Assert.True(exitCode == 0, output);
        return output.Contains("References are built.", StringComparison.Ordinal);
    }

    private void Write(string path, string content)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
