using System.Text;
using System.Text.Json;

namespace Oms.LocalAws.Templates;

/// <summary>Resolves Ref, Fn::GetAtt, Fn::Join and Fn::Sub for the local account; any other intrinsic stops the start.</summary>
internal sealed class TemplateReferences(TemplateDocument document)
{
    public static bool IsIntrinsic(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        && value.EnumerateObject().Count() == 1
        && value.EnumerateObject().First().Name is var name
        && (name is "Ref" or "Condition" || name.StartsWith("Fn::", StringComparison.Ordinal));

    public string Resolve(string path, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.String)
            return value.GetString()!;
        if (value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            return value.GetRawText();
        if (!IsIntrinsic(value))
            throw new TemplateException($"{path} should be a single value");

        var call = value.EnumerateObject().First();
        return call.Name switch
        {
            "Ref" => Reference(path, call.Value.GetString() ?? ""),
            "Fn::GetAtt" => Attribute(path, call.Value),
            "Fn::Join" => Join(path, call.Value),
            "Fn::Sub" => Substitute(path, call.Value),
            _ => throw new TemplateException($"{path} uses {call.Name}; LocalAws knows Ref, Fn::GetAtt, Fn::Join and Fn::Sub"),
        };
    }

    private string Reference(string path, string name)
    {
        switch (name)
        {
            case "AWS::AccountId": return LocalTemplate.Account;
            case "AWS::Region": return LocalTemplate.Region;
            case "AWS::Partition": return "aws";
            case "AWS::URLSuffix": return "amazonaws.com";
            case "AWS::StackName": return "local";
            default: break;
        }

        if (Parameter(name) is { } parameter)
            return parameter;
        var resource = Resource(path, name);
        return resource.Type switch
        {
            ResourceTypes.Queue => new Uri(document.Settings.AwsEndpoint, $"/{LocalTemplate.Account}/{NameOf(resource)}").ToString(),
            ResourceTypes.Topic => Arn(resource),
            ResourceTypes.Stage => resource.Properties["StageName"].Text(),
            ResourceTypes.Function or ResourceTypes.Table or ResourceTypes.Rule => NameOf(resource),
            // Ids that AWS makes up, where only their equality matters: the logical id serves.
            ResourceTypes.Api or ResourceTypes.Authorizer or ResourceTypes.Integration or ResourceTypes.Role => resource.LogicalId,
            _ => throw new TemplateException($"{path} refers to {name}, but LocalAws knows no Ref of {resource.Type}"),
        };
    }

    private string? Parameter(string name)
    {
        if (!document.Root.TryGetProperty("Parameters", out var parameters) || !parameters.TryGetProperty(name, out var parameter))
            return null;
        if (document.Settings.Parameters.TryGetValue(name, out var given))
            return given;
        if (document.Settings.Defaults.TryGetValue(name, out var usual))
            return usual;
        return parameter.TryGetProperty("Default", out var value)
            ? value.ToString()
            : throw new TemplateException($"the template's parameter {name} has no value: give it with --parameters {name}=…");
    }

    private string Attribute(string path, JsonElement arguments)
    {
        var parts = arguments.ValueKind == JsonValueKind.Array
            ? [.. arguments.EnumerateArray().Select(a => Resolve(path, a))]
            : (arguments.GetString() ?? "").Split('.', 2);
        return parts.Length == 2 ? Attribute(path, parts[0], parts[1]) : throw new TemplateException($"{path}: Fn::GetAtt wants a resource and an attribute");
    }

    private string Attribute(string path, string logicalId, string attribute)
    {
        var resource = Resource(path, logicalId);
        return (resource.Type, attribute) switch
        {
            (ResourceTypes.Table, "StreamArn") => new LocalTable(NameOf(resource), new("", ""), null, [], null, null).StreamArn,
            (ResourceTypes.Queue, "QueueName") or (ResourceTypes.Topic, "TopicName") => NameOf(resource),
            (ResourceTypes.Queue, "QueueUrl") => Reference(path, logicalId),
            (ResourceTypes.Topic, "TopicArn") => Arn(resource),
            (ResourceTypes.Api, "ApiId") => logicalId,
            (ResourceTypes.Function or ResourceTypes.Table or ResourceTypes.Queue or ResourceTypes.Rule or ResourceTypes.Role, "Arn") => Arn(resource),
            _ => throw new TemplateException($"{path} wants {logicalId}.{attribute}, an attribute of {resource.Type} that LocalAws does not know"),
        };
    }

    private static string Arn(TemplateResource resource) => resource.Type switch
    {
        ResourceTypes.Function => $"arn:aws:lambda:{LocalTemplate.Region}:{LocalTemplate.Account}:function:{NameOf(resource)}",
        ResourceTypes.Table => $"arn:aws:dynamodb:{LocalTemplate.Region}:{LocalTemplate.Account}:table/{NameOf(resource)}",
        ResourceTypes.Topic => new LocalTopic(NameOf(resource)).Arn,
        ResourceTypes.Queue => $"arn:aws:sqs:{LocalTemplate.Region}:{LocalTemplate.Account}:{NameOf(resource)}",
        ResourceTypes.Rule => $"arn:aws:events:{LocalTemplate.Region}:{LocalTemplate.Account}:rule/{NameOf(resource)}",
        _ => $"arn:aws:iam::{LocalTemplate.Account}:role/{resource.LogicalId}",
    };

    /// <summary>Names are written in the template: what AWS would make up could not be known to anybody else.</summary>
    public static string NameOf(TemplateResource resource) => resource.Properties[resource.Type switch
    {
        ResourceTypes.Function => "FunctionName",
        ResourceTypes.Table => "TableName",
        ResourceTypes.Topic => "TopicName",
        ResourceTypes.Queue => "QueueName",
        _ => "Name",
    }].Text();

    private string Join(string path, JsonElement arguments)
    {
        if (arguments.ValueKind != JsonValueKind.Array || arguments.GetArrayLength() != 2 || arguments[1].ValueKind != JsonValueKind.Array)
            throw new TemplateException($"{path}: Fn::Join wants a delimiter and a list");
        return string.Join(arguments[0].GetString(), arguments[1].EnumerateArray().Select(part => Resolve(path, part)));
    }

    private string Substitute(string path, JsonElement arguments)
    {
        var list = arguments.ValueKind == JsonValueKind.Array;
        var pattern = (list ? arguments[0] : arguments).GetString() ?? "";
        var result = new StringBuilder();
        for (var at = 0; at < pattern.Length;)
        {
            var open = pattern.IndexOf("${", at, StringComparison.Ordinal);
            var close = open < 0 ? -1 : pattern.IndexOf('}', open);
            if (close < 0)
                return result.Append(pattern, at, pattern.Length - at).ToString();
            var name = pattern[(open + 2)..close];
            result.Append(pattern, at, open - at).Append(
                name.StartsWith('!') ? $"${{{name[1..]}}}"
                : list && arguments[1].TryGetProperty(name, out var local) ? Resolve(path, local)
                : name.Split('.', 2) is [var logicalId, var attribute] ? Attribute(path, logicalId, attribute)
                : Reference(path, name));
            at = close + 1;
        }

        return result.ToString();
    }

    private TemplateResource Resource(string path, string logicalId) =>
        document.Resources.TryGetValue(logicalId, out var resource)
            ? resource
            : throw new TemplateException($"{path} refers to {logicalId}, which the template does not define");
}
