using Amazon.SimpleNotificationService;

namespace Oms.Tests.Packages;

[Collection(nameof(ProcessEnvironment))]
public sealed class SnsEndpointVariableTests
{
    // The SDK builds the name of the variable from the service id: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    [Fact]
    public void AWS_ENDPOINT_URL_SNS_is_the_endpoint()
    {
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_SNS", "http://127.0.0.1:4566");
        try
        {
            Assert.Equal("http://127.0.0.1:4566", new AmazonSimpleNotificationServiceConfig().ServiceURL.TrimEnd('/'));
        }
        finally
        {
            Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_SNS", null);
        }
    }
}
