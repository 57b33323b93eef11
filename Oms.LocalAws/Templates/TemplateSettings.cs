namespace Oms.LocalAws.Templates;

/// <summary>What the template does not say: parameter values, and where queue URLs (the Ref of a queue) point.</summary>
public sealed record TemplateSettings(IReadOnlyDictionary<string, string> Parameters, Uri AwsEndpoint);
