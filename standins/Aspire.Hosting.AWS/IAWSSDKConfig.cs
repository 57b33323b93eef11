namespace Aspire.Hosting.AWS;

public interface IAWSSDKConfig
{
    bool SDKValidationEnabled { get; set; }
}

internal sealed class AWSSDKConfig : IAWSSDKConfig
{
    public string? Region { get; set; }

    public bool SDKValidationEnabled { get; set; } = true;
}
