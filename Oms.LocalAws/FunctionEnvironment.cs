using System.Globalization;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws;

/// <summary>The whole environment of a function process: what Lambda sets, what the template says, and where things are locally.</summary>
public static class FunctionEnvironment
{
    public static IReadOnlyDictionary<string, string> For(LocalTemplate template, string function, FunctionEndpoints endpoints)
    {
        var configured = template.Function(function);
        var memory = configured.MemoryMb.ToString(CultureInfo.InvariantCulture);
        var aws = endpoints.Aws.ToString().TrimEnd('/');
        var environment = new Dictionary<string, string>(configured.Environment, StringComparer.Ordinal)
        {
            ["AWS_LAMBDA_RUNTIME_API"] = $"{endpoints.RuntimeApi.Authority}/{function}",
            ["AWS_LAMBDA_FUNCTION_NAME"] = function,
            ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = memory,
            ["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST",
            ["AWS_LAMBDA_LOG_GROUP_NAME"] = $"/aws/lambda/{function}",
            ["AWS_LAMBDA_LOG_STREAM_NAME"] = "local",
            ["_HANDLER"] = configured.Handler,
            ["AWS_REGION"] = LocalTemplate.Region,
            ["AWS_DEFAULT_REGION"] = LocalTemplate.Region,
            // The proxy learns from the access key id who calls; nobody checks the secret.
            ["AWS_ACCESS_KEY_ID"] = function,
            ["AWS_SECRET_ACCESS_KEY"] = "local",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_ENDPOINT_URL_DYNAMODB"] = aws,
            ["AWS_ENDPOINT_URL_SNS"] = aws,
            ["AWS_ENDPOINT_URL_SQS"] = aws,
            // In Lambda the memory limit is the container's, of which .NET takes three quarters for its heap.
            ["DOTNET_GCHeapHardLimit"] = (configured.MemoryMb * 1024L * 1024L / 4 * 3).ToString("X", CultureInfo.InvariantCulture),
        };
        if (endpoints.Otlp is { } otlp)
            environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = otlp.ToString().TrimEnd('/');
        return environment;
    }
}
