using System.Reflection;
using Amazon.Lambda.Core;
using Amazon.Lambda.RuntimeSupport;
using Amazon.SimpleNotificationService;
using Aspire.Hosting;
using Aspire.Hosting.AWS.DynamoDB;

namespace Oms.Tests.Packages;

/// <summary>
/// A stand-in has exactly the frozen surface, and the package has at least that. Each frozen line names where the package declares
/// it; standins/README.md tells how to add one.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<string, Type> Packages => new()
    {
        { "Amazon.Lambda.Core", typeof(ILambdaContext) },
        { "Amazon.Lambda.RuntimeSupport", typeof(LambdaBootstrap) },
        { "AWSSDK.SimpleNotificationService", typeof(IAmazonSimpleNotificationService) },
        { "Aspire.Hosting.AppHost", typeof(DistributedApplication) },
        { "Aspire.Hosting.AWS", typeof(DynamoDBLocalOptions) },
    };

    [Theory]
    [MemberData(nameof(Packages), DisableDiscoveryEnumeration = true)]
    public void The_surface_is_the_frozen_one(string package, Type type)
    {
        var frozen = Frozen(package).Select(line => line.Member).ToArray();
        if (IsStandIn(type.Assembly))
        {
            Assert.Equal(frozen.Order(StringComparer.Ordinal), PublicSurface.Of(type.Assembly, inherited: false));
        }
        else
        {
            Assert.Empty(frozen.Except(PublicSurface.Of(type.Assembly, inherited: true), StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Packages), DisableDiscoveryEnumeration = true)]
    public void Every_frozen_line_names_its_source(string package, Type type)
    {
        if (IsStandIn(type.Assembly)) // the package Aspire.Hosting.AppHost brings its types in the assembly Aspire.Hosting
        {
            Assert.Equal(package, type.Assembly.GetName().Name);
        }

        Assert.All(Frozen(package), line => Assert.Matches(@"^[\w.-]+/[\w.-]+ [0-9a-f]{40} [\w./+-]+\.cs$", line.Source));
    }

    private static bool IsStandIn(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion == "0.0.0-standin";

    private static IEnumerable<(string Member, string Source)> Frozen(string package) =>
        File.ReadLines(Path.Combine(Repository.Root, "standins", package, "PublicApi.txt"))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split(" <- "))
            .Select(parts => (parts[0], parts[1]));
}
