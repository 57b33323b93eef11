namespace Oms.LocalAws.Templates;

/// <summary>Lambda functions with the permissions of their roles.</summary>
internal static class FunctionReader
{
    private const string BasicExecution = ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

    public static IReadOnlyList<LocalFunction> Read(TemplateDocument document)
    {
        var roles = document.OfType(ResourceTypes.Role).ToDictionary(
            role => $"arn:aws:iam::{LocalTemplate.Account}:role/{role.LogicalId}", Permissions, StringComparer.Ordinal);
        return [.. document.OfType(ResourceTypes.Function).Select(resource =>
        {
            var properties = resource.Properties;
            var role = properties["Role"];
            return new LocalFunction(
                TemplateReferences.NameOf(resource),
                properties["Handler"].Text(),
                properties["Runtime"].Text(),
                properties.Optional("Architectures")?.Items().Single().Text() ?? "x86_64",
                properties.Optional("MemorySize")?.Integer() ?? 128,
                properties.Optional("Timeout")?.Seconds() ?? TimeSpan.FromSeconds(3),
                properties.Optional("Environment")?.Optional("Variables")?.Entries()
                    .ToDictionary(v => v.Name, v => v.Node.Text(), StringComparer.Ordinal) ?? [],
                roles.TryGetValue(role.Text(), out var permissions)
                    ? permissions
                    : throw new TemplateException($"{role.Path} is not a role of this template"));
        })];
    }

    private static IReadOnlyList<Permission> Permissions(TemplateResource role)
    {
        role.Properties.Optional("RoleName")?.Text();
        foreach (var managed in role.Properties.Optional("ManagedPolicyArns")?.Items() ?? [])
        {
            // Writing logs is the only thing that it allows, and local logs go elsewhere.
            if (!managed.Text().EndsWith(BasicExecution, StringComparison.Ordinal))
                throw new TemplateException($"{managed.Path} names a managed policy whose actions LocalAws does not know");
        }

        return [.. (role.Properties.Optional("Policies")?.Items() ?? []).SelectMany(policy =>
        {
            policy["PolicyName"].Text();
            return Statements(policy["PolicyDocument"]);
        })];
    }

    private static IEnumerable<Permission> Statements(TemplateNode document)
    {
        document.Optional("Version")?.Only("2012-10-17");
        foreach (var statement in document["Statement"].OneOrMore())
        {
            statement["Effect"].Only("Allow");
            statement.Optional("Sid")?.Text();
            var actions = statement["Action"];
            yield return new Permission(actions.Texts(), statement["Resource"].Texts()) is var permission
                && permission.Actions.FirstOrDefault(a => a.AsSpan().ContainsAny('*', '?')) is { } wildcard
                    ? throw new TemplateException($"{actions.Path} allows '{wildcard}'; LocalAws wants exact actions")
                    : permission;
        }
    }
}
