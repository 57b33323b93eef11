using System.Reflection;

namespace Oms.Tests.Architecture;

public sealed class DependencyTests
{
    public static TheoryData<string> Projects => [.. Rules.Projects];

    public static TheoryData<string> Services => [.. Rules.Services];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_it_may(string project) =>
        Assert.Empty(Rules.ForbiddenReferences(project, ReferencesOf(project)));

    [Fact]
    public void Contracts_depends_on_nothing() => Assert.Empty(Rules.NotOfTheFramework(ReferencesOf("Oms.Contracts")));

    [Theory]
    [MemberData(nameof(Services))]
    public void Only_stores_and_gateways_see_the_sdk(string service) => Assert.Empty(Rules.SdkOutsideStores(Assembly.Load(service).GetTypes()));

    [Theory]
    [MemberData(nameof(Services))]
    public void No_service_sees_the_local_stack(string service) => Assert.Empty(Rules.ServicesSeeingTheLocalStack(Assembly.Load(service).GetTypes()));

    [Theory]
    [MemberData(nameof(Services))]
    public void Use_cases_do_not_call_use_cases(string service)
    {
        var useCases = Assembly.Load(service).GetTypes().Where(static type => type is { IsAbstract: true, IsSealed: true }
            && type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Any(static method => method.Name is "HandleAsync" or "DecideAsync")).ToList();
        Assert.NotEmpty(useCases);
        Assert.Empty(Rules.UseCasesCallingUseCases(useCases));
    }

    [Fact]
    public void Nothing_but_its_tests_knows_the_simulation() =>
        Assert.Empty(Rules.Projects.Append("Oms.AppHost").SelectMany(project => Rules.ReferencesToTheSimulation(ReferencesOf(project))));

    [Fact]
    public void What_a_simulated_run_is_held_to_is_written_without_the_services() =>
        Assert.Empty(Rules.ChecksUsingServices(Assembly.Load("Oms.Simulation").GetTypes()));

    [Fact]
    public void No_project_is_called_by_where_code_lies() => Assert.Empty(Rules.EmptyNames(Rules.Projects));

    [Fact]
    public void The_rules_catch_what_breaks_them()
    {
        Assert.Equal(["Oms.Payments"], Rules.ForbiddenReferences("Oms.Orders", ["System.Runtime", "Oms.Contracts", "Oms.Payments"]));
        Assert.Equal(["Oms.Contracts"], Rules.ForbiddenReferences("Oms.LocalAws", ["Oms.Contracts"]));
        Assert.Equal(["AWSSDK.Core"], Rules.NotOfTheFramework(["System.Text.Json", "AWSSDK.Core"]));
        Assert.Equal(["Oms.Simulation"], Rules.ReferencesToTheSimulation(ReferencesOf("Oms.Tests")));
        Assert.Equal(["PlaceSomething", "SomeFunction"], Rules.SdkOutsideStores([typeof(Samples.PlaceSomething), typeof(Samples.SomeFunction), typeof(Samples.HonestStore)]).Order(StringComparer.Ordinal));
        Assert.Equal(["CallSomebody"], Rules.UseCasesCallingUseCases([typeof(Samples.CallSomebody), typeof(Samples.PlaceSomething)]));
        Assert.Equal(["StartLocally"], Rules.ServicesSeeingTheLocalStack([typeof(Samples.StartLocally), typeof(Samples.HonestStore)]));
        Assert.Equal(["CheckByHandler"], Rules.ChecksUsingServices([typeof(Samples.CheckByHandler), typeof(Samples.HonestStore)]));
        Assert.Equal(["Oms.Common", "Oms.Core.Orders"], Rules.EmptyNames(["Oms.Common", "Oms.Orders", "Oms.Core.Orders"]));
    }

    private static IEnumerable<string> ReferencesOf(string project) => Assembly.Load(project).GetReferencedAssemblies().Select(static name => name.Name!);
}
