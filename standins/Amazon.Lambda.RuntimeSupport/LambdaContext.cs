using System.Globalization;
using Amazon.Lambda.Core;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>The headers of one event together with the environment of the process.</summary>
internal sealed class LambdaContext : ILambdaContext
{
    private readonly Dictionary<string, IEnumerable<string>> _headers;
    private readonly long _deadline;
    private readonly int _memory;
    private readonly Lazy<ICognitoIdentity> _identity;
    private readonly Lazy<IClientContext> _client;

    public LambdaContext(Dictionary<string, IEnumerable<string>> headers)
    {
        _headers = headers;
        AwsRequestId = headers["Lambda-Runtime-Aws-Request-Id"].First();
        _ = long.TryParse(Header("Lambda-Runtime-Deadline-Ms"), NumberStyles.Integer, CultureInfo.InvariantCulture, out _deadline);
        _ = int.TryParse(Variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), NumberStyles.Integer, CultureInfo.InvariantCulture, out _memory);
        _identity = new(() => CognitoIdentity.FromJson(Header("Lambda-Runtime-Cognito-Identity")));
        _client = new(() => CognitoClientContext.FromJson(Header("Lambda-Runtime-Client-Context")));
    }

    public string AwsRequestId { get; }

    public IClientContext ClientContext => _client.Value;

    public string FunctionName => Variable("AWS_LAMBDA_FUNCTION_NAME");

    public string FunctionVersion => Variable("AWS_LAMBDA_FUNCTION_VERSION");

    public ICognitoIdentity Identity => _identity.Value;

    public string InvokedFunctionArn => Header("Lambda-Runtime-Invoked-Function-Arn");

    public ILambdaLogger Logger => new LambdaConsoleLogger(AwsRequestId);

    public string LogGroupName => Variable("AWS_LAMBDA_LOG_GROUP_NAME");

    public string LogStreamName => Variable("AWS_LAMBDA_LOG_STREAM_NAME");

    public int MemoryLimitInMB => _memory;

    public TimeSpan RemainingTime => TimeSpan.FromMilliseconds(_deadline - (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds);

    public string TenantId => Header("Lambda-Runtime-Aws-Tenant-Id");

    public string TraceId => Header("Lambda-Runtime-Trace-Id");

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name);

    private string Header(string name) => _headers.TryGetValue(name, out var values) ? values.FirstOrDefault() : null;
}
