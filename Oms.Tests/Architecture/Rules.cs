using System.Reflection;
using NetArchTest.Rules;

namespace Oms.Tests.Architecture;

/// <summary>What may depend on what. Each rule returns the offenders, so that a test can also show it one that it must catch.</summary>
internal static class Rules
{
    public static readonly string[] Services = ["Oms.Orders", "Oms.Payments", "Oms.Inventory"];

    private static readonly string[] SdkNames = ["Amazon.DynamoDBv2", "Amazon.SQS", "Amazon.SimpleNotificationService", "Amazon.Runtime", "Amazon.Lambda"];

    /// <summary>What each project may reference of ours.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Oms.Contracts"] = [],
        ["Oms.ServiceDefaults"] = ["Oms.Contracts"],
        ["Oms.Orders"] = ["Oms.Contracts", "Oms.ServiceDefaults"],
        ["Oms.Payments"] = ["Oms.Contracts", "Oms.ServiceDefaults"],
        ["Oms.Inventory"] = ["Oms.Contracts", "Oms.ServiceDefaults"],
        ["Oms.LocalAws"] = [],
        ["Oms.Simulators"] = ["Oms.Contracts"],
    };

    public static IEnumerable<string> Projects => Allowed.Keys;

    /// <summary>Services know the contracts and ServiceDefaults, never each other; the local stack knows nothing of orders.</summary>
    public static IEnumerable<string> ForbiddenReferences(string project, IEnumerable<string> references) =>
        references.Where(reference => reference.StartsWith("Oms.", StringComparison.Ordinal) && !Allowed[project].Contains(reference, StringComparer.Ordinal));

    /// <summary>Contracts depends on nothing but the framework.</summary>
    public static IEnumerable<string> NotOfTheFramework(IEnumerable<string> references) =>
        references.Where(static reference => !reference.StartsWith("System", StringComparison.Ordinal) && reference is not "netstandard" and not "mscorlib");

    /// <summary>In a service, only stores, gateways and Program see an SDK type: keys and conditions are in one place.</summary>
    public static IEnumerable<string> SdkOutsideStores(IEnumerable<Type> types) =>
        Offenders(types, SdkNames).Where(static name => !name.EndsWith("Store", StringComparison.Ordinal) && !name.EndsWith("Gateway", StringComparison.Ordinal) && name is not "Program");

    /// <summary>Use cases talk through events, never to each other.</summary>
    public static IEnumerable<string> UseCasesCallingUseCases(IReadOnlyCollection<Type> useCases) => useCases.SelectMany(useCase =>
    {
        var others = useCases.Where(other => other != useCase).Select(static other => other.FullName!).ToArray();
        return Offenders([useCase, .. useCase.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)], others).Select(name => name);
    });

    /// <summary>The simulation is a tool beside the system: what is tried by it does not know it.</summary>
    public static IEnumerable<string> ReferencesToTheSimulation(IEnumerable<string> references) => references.Where(static reference => reference == "Oms.Simulation");

    /// <summary>A name that says where code lies instead of what it does.</summary>
    public static IEnumerable<string> EmptyNames(IEnumerable<string> projects) =>
        projects.Where(static project => project.Split('.').Any(static part => part is "Common" or "Shared" or "Core" or "Domain" or "Infrastructure" or "Utils" or "Helpers"));

    /// <summary>What ships runs in the cloud: it knows nothing of the laptop.</summary>
    public static IEnumerable<string> ServicesSeeingTheLocalStack(IEnumerable<Type> types) => Offenders(types, ["Oms.LocalAws", "Oms.Simulators"]);

    /// <summary>What a simulated run is held to is written without the services: a mistake of theirs must not be made twice.</summary>
    public static IEnumerable<string> ChecksUsingServices(IEnumerable<Type> types) =>
        Offenders(types.Where(static type => type.Namespace is "Oms.Simulation.Checks" or "Oms.Simulation.Scenario" or "Oms.Tests.Architecture.Samples"), [.. Services, "Oms.ServiceDefaults"]);

    private static IEnumerable<string> Offenders(IEnumerable<Type> types, string[] dependencies)
    {
        // NetArchTest works on assemblies: ask for all, keep those that were asked for; closures and state machines count for the type that they stand in.
        var wanted = types.ToLookup(static type => type.Assembly);
        foreach (var assembly in wanted)
        {
            var names = assembly.Select(static type => Outermost(type.FullName!)).ToHashSet(StringComparer.Ordinal);
            var failing = Types.InAssembly(assembly.Key).ShouldNot().HaveDependencyOnAny(dependencies).GetResult().FailingTypes ?? [];
            foreach (var name in failing.Select(static type => Outermost(type.FullName!)).Where(names.Contains).Distinct(StringComparer.Ordinal))
            {
                yield return name.Split('.')[^1];
            }
        }
    }

    private static string Outermost(string fullName) => fullName.Split('+', '/')[0];
}
