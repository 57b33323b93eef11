namespace Oms.LocalAws.Templates;

/// <summary>What a template may say without LocalAws acting on it, each with the reason.</summary>
internal static class IgnoredProperties
{
    /// <param name="Type">The resource type, `*` for every resource, or `template` for what is outside of resources.</param>
    /// <param name="Property">A path under the resource, or under the template; it covers what is below it.</param>
    /// <param name="Reason">Why nothing has to be done on a laptop.</param>
    internal sealed record Entry(string Type, string Property, string Reason);

    public static readonly IReadOnlyList<Entry> All =
    [
        new("template", "AWSTemplateFormatVersion", "there is only one version"),
        new("template", "Description", "text for people"),
        new("template", "Outputs", "read after a deployment by people and pipelines"),
        new("template", "Parameters", "values come from the command line; a missing one stops where it is used"),
        new("*", "Metadata", "notes of the CDK"),
        new("*", "DependsOn", "LocalAws creates in its own order"),
        new("*", "DeletionPolicy", "local data is deleted by the developer"),
        new("*", "UpdateReplacePolicy", "nothing is replaced locally"),
        new("*", "Properties.Tags", "nobody reads a local bill"),
        new(ResourceTypes.Api, "Properties.Description", "text for people"),
        new(ResourceTypes.Stage, "Properties.Description", "text for people"),
        new(ResourceTypes.Function, "Properties.Code", "functions run from the build output"),
        new(ResourceTypes.Function, "Properties.Description", "text for people"),
        new(ResourceTypes.Function, "Properties.TracingConfig", "traces go by OTLP"),
        new(ResourceTypes.Function, "Properties.LoggingConfig", "logs go by OTLP and to the console"),
        new(ResourceTypes.Role, "Properties.AssumeRolePolicyDocument", "there is no role to assume: the access key id names the function"),
        new(ResourceTypes.Role, "Properties.Description", "text for people"),
        new(ResourceTypes.Rule, "Properties.Description", "text for people"),
        new(ResourceTypes.Table, "Properties.PointInTimeRecoverySpecification", "local data has no backup"),
        new(ResourceTypes.Table, "Properties.SSESpecification", "local data is not encrypted at rest"),
        new(ResourceTypes.Table, "Properties.DeletionProtectionEnabled", "local data is deleted by the developer"),
        new(ResourceTypes.Topic, "Properties.DisplayName", "text for people"),
        new(ResourceTypes.Topic, "Properties.KmsMasterKeyId", "local data is not encrypted at rest"),
        new(ResourceTypes.Queue, "Properties.SqsManagedSseEnabled", "local data is not encrypted at rest"),
        new(ResourceTypes.Queue, "Properties.KmsMasterKeyId", "local data is not encrypted at rest"),
    ];

    public static bool Covers(string path, Func<string, string?> typeOf)
    {
        const string Resources = "$.Resources.";
        if (!path.StartsWith(Resources, StringComparison.Ordinal))
            return All.Any(e => e.Type == "template" && Below(path, $"$.{e.Property}"));
        var logicalId = path[Resources.Length..].Split('.', '[')[0];
        var type = typeOf(logicalId);
        return All.Any(e => (e.Type == "*" || e.Type == type) && Below(path, $"{Resources}{logicalId}.{e.Property}"));
    }

    private static bool Below(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] is '.' or '[');
}
