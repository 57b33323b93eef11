using Oms.LocalAws;

namespace Oms.Tests.LocalAws.Hosting;

public sealed class FunctionEnvironmentTests
{
    [Fact]
    public void A_function_gets_what_lambda_and_the_template_give_it()
    {
        var endpoints = new FunctionEndpoints(new Uri("http://127.0.0.1:5081"), new Uri("http://127.0.0.1:4566"), new Uri("http://127.0.0.1:4317"));
        var environment = FunctionEnvironment.For(SmallTemplate.Read(r => r.Properties("Api")["MemorySize"] = 256), "things-api", endpoints);
        Assert.Equal("127.0.0.1:5081/things-api", environment["AWS_LAMBDA_RUNTIME_API"]);
        Assert.Equal("things-api", environment["AWS_ACCESS_KEY_ID"]);
        Assert.Equal("http://127.0.0.1:4566", environment["AWS_ENDPOINT_URL_SQS"]);
        Assert.Equal("http://127.0.0.1:4317", environment["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("things", environment["TABLE"]);
        Assert.Equal("256", environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]);
        Assert.Equal(192L * 1024 * 1024, Convert.ToInt64(environment["DOTNET_GCHeapHardLimit"], 16));
    }
}
