using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Oms.Tests.Packages;

/// <summary>The package switch on a small project with the repository's own switch files, from first build on.</summary>
public sealed class SwitchTests : IDisposable
{
    private readonly SwitchSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task A_family_is_real_when_the_source_has_all_of_it_also_for_two_first_builds_at_once()
    {
        var feed = _sample.AddFeed("feed");
        Package(feed, "Amazon.Lambda.Core", "3.1.1");
        Package(feed, "Amazon.Lambda.RuntimeSupport", "2.1.2");
        Package(feed, "Aspire.Hosting.AppHost", "13.6.5"); // a part of a family

        var builds = await Task.WhenAll(_sample.RestoreAsync("One"), _sample.RestoreAsync("Two"));

        Assert.All(builds, build => Assert.True(build.ExitCode == 0, build.Output));
        Assert.Single(builds, build => build.Output.Contains("Asking NuGet source", StringComparison.Ordinal));
        Assert.Equal(";AWSSDK.SimpleNotificationService;Aspire;Aspire.Hosting.AWS;", _sample.StandIns());
        Assert.All(["One", "Two"], project => Assert.Equal(
            ["AWSSDK.SimpleNotificationService project", "Amazon.Lambda.Core package"],
            _sample.Libraries(project)));

        // The answer is remembered for this source; with another source the same build asks again and acts on what it hears.
        var again = await _sample.RestoreAsync("One");
        Assert.DoesNotContain("Asking", again.Output, StringComparison.Ordinal);
        Package(_sample.AddFeed("second"), "AWSSDK.SimpleNotificationService", "4.0.2.30");
        var other = await _sample.RestoreAsync("One");
        Assert.True(other.ExitCode == 0, other.Output);
        Assert.Contains("Asking", other.Output, StringComparison.Ordinal);
        Assert.Equal(["AWSSDK.SimpleNotificationService package", "Amazon.Lambda.Core package"], _sample.Libraries("One"));
    }

    [Fact]
    public async Task A_source_that_cannot_be_reached_stops_the_build_by_name()
    {
        var gone = await HttpStub.StartAsync(_ => Task.CompletedTask);
        var url = new Uri(gone.Address, "v3/index.json");
        await gone.DisposeAsync();
        await StopsAsync(url, "NU1301");
    }

    [Fact]
    public async Task A_source_that_wants_a_password_stops_the_build_by_name()
    {
        await using var server = await HttpStub.StartAsync(http =>
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        await StopsAsync(new Uri(server.Address, "v3/index.json"), "401");
    }

    [Fact]
    public async Task A_package_that_a_real_one_needs_must_be_there_too()
    {
        var feed = _sample.AddFeed("feed");
        Package(feed, "AWSSDK.SimpleNotificationService", "4.0.2.30", """<dependency id="Needed.By.Sns" version="1.0.0" />""");
        await StopsAsync(null, "Needed.By.Sns");
    }

    [Theory]
    [InlineData("real", ";")]
    [InlineData("Aspire", ";Amazon.Lambda;AWSSDK.SimpleNotificationService;Aspire.Hosting.AWS;")]
    [InlineData("standin", ";Amazon.Lambda;AWSSDK.SimpleNotificationService;Aspire;Aspire.Hosting.AWS;")]
    public async Task OmsPackages_decides_without_asking(string value, string standIns)
    {
        var evaluation = await _sample.DotNetAsync($"msbuild One -t:OmsAskSource -getProperty:OmsStandIns -p:OmsPackages={value}");
        Assert.Equal((0, standIns), (evaluation.ExitCode, evaluation.Output.Trim()));
        Assert.Null(_sample.StandIns());
    }

    [Fact]
    public async Task OmsPackages_that_names_nothing_is_refused()
    {
        var evaluation = await _sample.DotNetAsync("msbuild One -t:OmsAskSource -p:OmsPackages=aspir");
        Assert.NotEqual(0, evaluation.ExitCode);
        Assert.Contains("OmsPackages is 'aspir'; it can be 'real' or 'standin'", evaluation.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-p:OmsDeploy=true")]
    [InlineData("-c Release -p:PublishAot=true -p:_IsPublishing=true")]
    public async Task Deployment_and_AOT_releases_refuse_stand_ins(string arguments)
    {
        // A compiler server would outlive the build and keep its output open.
        var build = await _sample.DotNetAsync($"build One -v:minimal -tl:off -p:UseSharedCompilation=false -p:OmsPackages=standin {arguments}");
        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("One would be deployed with stand-ins (Amazon.Lambda.Core, AWSSDK.SimpleNotificationService)", build.Output, StringComparison.Ordinal);
    }

    private static void Package(string feed, string id, string version, string dependencies = "")
    {
        using var archive = ZipFile.Open(Path.Combine(feed, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        using (var nuspec = new StreamWriter(archive.CreateEntry($"{id}.nuspec").Open()))
        {
            nuspec.Write($"""
                <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
                  <id>{id}</id><version>{version}</version><authors>tests</authors><description>empty</description>
                  <dependencies><group targetFramework="net10.0">{dependencies}</group></dependencies>
                </metadata></package>
                """);
        }

        archive.CreateEntry("lib/net10.0/_._");
    }

    private async Task StopsAsync(Uri? source, string because)
    {
        if (source is not null)
        {
            _sample.AddSource("remote", source.ToString());
        }

        var build = await _sample.RestoreAsync("One");
        Assert.NotEqual(0, build.ExitCode);
        var sentence = Assert.Single(build.Output.Split('\n').Where(line => line.Contains("could not be asked", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal));
        Assert.Contains(source?.ToString() ?? "feed", sentence, StringComparison.Ordinal);
        Assert.Contains(because, sentence, StringComparison.Ordinal);
        Assert.Null(_sample.StandIns());
    }
}
