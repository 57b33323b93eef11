using System.Reflection;

namespace Oms.Tests.Packages;

/// <summary>Everything that a caller can compile against, one line each.</summary>
internal static class PublicSurface
{
    public static IEnumerable<string> Of(Assembly assembly, bool inherited) =>
        assembly.GetExportedTypes().SelectMany(type => Of(type, inherited)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Of(Type type, bool inherited)
    {
        yield return $"{Kind(type)} {type.FullName}";
        if (Kind(type) == "delegate")
        {
            yield return $"{type.FullName}: {type.GetMethod("Invoke")}"; // The rest of a delegate is the compiler's.
            yield break;
        }

        var flags = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | (inherited ? BindingFlags.FlattenHierarchy : BindingFlags.DeclaredOnly);
        foreach (var member in type.GetMembers(flags))
        {
            if (Line(member) is { } line)
            {
                yield return $"{type.FullName}: {line}";
            }
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsInterface: true } => "interface",
        { IsEnum: true } => "enum",
        _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
        _ => "class",
    };

    private static string? Line(MemberInfo member) => member switch
    {
        PropertyInfo property => $"{property} {{{(property.GetMethod is { IsPublic: true } ? " get;" : "")}{(property.SetMethod is { IsPublic: true } ? " set;" : "")} }}",
        ConstructorInfo constructor => constructor.ToString(),
        MethodInfo { IsSpecialName: false } method => method.ToString(),
        FieldInfo { IsSpecialName: false } field => field.ToString(),
        _ => null,
    };
}
