namespace Amazon.Lambda.RuntimeSupport.Bootstrap;

/// <summary>Settings for tests.</summary>
public class LambdaBootstrapOptions
{
    /// <summary>host:port of the Runtime API; without it AWS_LAMBDA_RUNTIME_API says.</summary>
    public string RuntimeApiEndpoint { get; set; }
}
