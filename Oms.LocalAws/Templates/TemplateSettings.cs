namespace Oms.LocalAws.Templates;

/// <summary>What the template does not say: parameter values, and where queue URLs (the Ref of a queue) point.</summary>
public sealed record TemplateSettings(IReadOnlyDictionary<string, string> Parameters, Uri AwsEndpoint)
{
    public const string LocalAudience = "oms";

    /// <summary>Values for parameters that are not given, where the template has such parameters.</summary>
    public IReadOnlyDictionary<string, string> Defaults { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Settings with LocalAws's own issuer and audience, unless others are given.</summary>
    public static TemplateSettings Local(IReadOnlyDictionary<string, string> parameters, Uri api, Uri aws) => new(parameters, aws)
    {
        Defaults = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["JwtIssuer"] = IssuerAt(api),
            ["JwtAudience"] = LocalAudience,
        },
    };

    public static string IssuerAt(Uri api) => new Uri(api, "/local").ToString();
}
