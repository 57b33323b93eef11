using System.Reflection;

namespace Oms.Tests.Architecture;

/// <summary>
/// The names that the C# compiler gives to symbols (https://learn.microsoft.com/dotnet/csharp/language-reference/xmldoc/#id-strings), as far as the list of banned symbols needs them.
/// </summary>
internal static class DocumentationId
{
    /// <summary>The symbols with the same kind of name as <paramref name="id"/>: the type, or all public members of its type.</summary>
    public static IReadOnlyList<string> Around(string id)
    {
        var name = id[2..].Split('(')[0];
        var type = id[0] == 'T' ? name : name[..name.LastIndexOf('.')];
        if ((Type.GetType(type) ?? Assembly.Load("netstandard").GetType(type)) is not { } found)
        {
            return [];
        }

        const BindingFlags Public = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance;
        return id[0] switch
        {
            'T' => [Of(found)],
            'P' => [.. found.GetProperties(Public).Select(static property => $"P:{NameOf(property.DeclaringType!)}.{property.Name}")],
            _ => [.. found.GetMethods(Public).Cast<MethodBase>().Concat(found.GetConstructors(Public)).Select(Of)],
        };
    }

    public static string Of(Type type) => "T:" + NameOf(type);

    /// <summary>A property's getter goes by the property.</summary>
    public static string Of(MethodBase method)
    {
        if (method.IsSpecialName && method.Name.StartsWith("get_", StringComparison.Ordinal))
        {
            return $"P:{NameOf(method.DeclaringType!)}.{method.Name[4..]}";
        }

        var generic = method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";
        var parameters = method.GetParameters() is { Length: > 0 } some ? $"({string.Join(',', some.Select(static parameter => Written(parameter.ParameterType)))})" : "";
        return $"M:{NameOf(method.DeclaringType!)}.{(method.IsConstructor ? "#ctor" : method.Name)}{generic}{parameters}";
    }

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private static string Written(Type type) => type switch
    {
        { IsGenericMethodParameter: true } => $"``{type.GenericParameterPosition}",
        { IsGenericTypeParameter: true } => $"`{type.GenericParameterPosition}",
        { IsByRef: true } => Written(type.GetElementType()!) + "@",
        { IsArray: true } => Written(type.GetElementType()!) + "[]",
        { IsPointer: true } => Written(type.GetElementType()!) + "*",
        { IsGenericType: true } => $"{NameOf(type.GetGenericTypeDefinition()).Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(Written))}}}",
        _ => NameOf(type),
    };
}
