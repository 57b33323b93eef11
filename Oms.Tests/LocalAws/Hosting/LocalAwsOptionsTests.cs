using Oms.LocalAws;

namespace Oms.Tests.LocalAws.Hosting;

public sealed class LocalAwsOptionsTests
{
    private static readonly string[] Needed = ["--template", "t.json", "--state", "s"];

    [Fact]
    public void The_command_line_comes_before_the_environment_and_both_before_the_usual_values()
    {
        var environment = new Dictionary<string, string>
        {
            ["OMS_LOCALAWS_API_PORT"] = "1",
            ["OMS_LOCALAWS_RUNTIME_PORT"] = "2",
            ["OMS_LOCALAWS_DYNAMODB_URL"] = "http://127.0.0.1:9",
        };
        var options = LocalAwsOptions.Parse([.. Needed, "--api-port=3", "--parameters", "A=1;B=x=y"], environment.GetValueOrDefault);
        Assert.Equal((3, 2, 4566, new Uri("http://127.0.0.1:9")), (options.ApiPort, options.RuntimePort, options.AwsPort, options.DynamoDbUrl));
        Assert.Equal("x=y", options.Parameters["B"]);
    }

    [Theory]
    [InlineData("setting 'template' is missing", "--state", "s")]
    [InlineData("'--colour' is not a setting", "--template", "t", "--state", "s", "--colour", "blue")]
    [InlineData("setting 'api-port' should be a port", "--template", "t", "--state", "s", "--api-port", "70000")]
    [InlineData("setting 'dynamodb-url' should be an http address", "--template", "t", "--state", "s", "--dynamodb-url", "nowhere")]
    [InlineData("setting 'parameters' should read", "--template", "t", "--state", "s", "--parameters", "A")]
    [InlineData("'x' is not a setting", "x")]
    [InlineData("--state needs a value", "--template", "t", "--state")]
    public void What_is_wrong_is_named(string message, params string[] arguments) =>
        Assert.StartsWith(message, Assert.Throws<LocalAwsException>(() => LocalAwsOptions.Parse(arguments, _ => null)).Message, StringComparison.Ordinal);
}
