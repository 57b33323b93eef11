using Amazon.CDK;

namespace Oms.Cloud;

/// <summary>What differs between one deployment and another: a build changes parameters, never the template.</summary>
internal sealed class Settings(Stack stack)
{
    public string CodeBucket { get; } = Parameter(stack, "CodeBucket", "S3 bucket that holds the functions' zip files");

    /// <summary>One zip file per service; its functions differ by OMS_ROLE only.</summary>
    public IReadOnlyDictionary<string, string> CodeKeys { get; } = Names.Services.ToDictionary(
        service => service,
        service => Parameter(stack, $"{Names.Capitalised(service)}CodeKey", $"S3 key of the zip file with Oms.{Names.Capitalised(service)}"));

    public string JwtIssuer { get; } = Parameter(stack, "JwtIssuer", "Issuer of the access tokens; its OpenID configuration is read from there");

    public string JwtAudience { get; } = Parameter(stack, "JwtAudience", "Audience (or client id) that the access tokens must carry");

    public string ScopePrefix { get; } = Parameter(stack, "ScopePrefix", "Put in front of every scope, for issuers such as Cognito that prefix scopes with the resource server", "");

    public string PaymentGatewayUrl { get; } = Parameter(stack, "PaymentGatewayUrl", "Base address of the payment gateway");

    private static string Parameter(Stack stack, string name, string description, string? standard = null)
        => new CfnParameter(stack, name, new CfnParameterProps { Type = "String", Description = description, Default = standard }).ValueAsString;
}
