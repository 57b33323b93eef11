namespace Oms.LocalAws.Templates;

/// <summary>One Lambda function with the environment and the permissions that its template gives it.</summary>
public sealed record LocalFunction(
    string Name,
    string Handler,
    string Runtime,
    string Architecture,
    int MemoryMb,
    TimeSpan Timeout,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<Permission> Permissions)
{
    public string Arn => $"arn:aws:lambda:{LocalTemplate.Region}:{LocalTemplate.Account}:function:{Name}";
}

/// <summary>One Allow statement: exact actions on ARNs, where only a resource may hold wildcards.</summary>
public sealed record Permission(IReadOnlyList<string> Actions, IReadOnlyList<string> Resources);
