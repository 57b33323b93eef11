using System.Text;
using System.Text.Json;
using Amazon.Lambda.Core;
using Microsoft.Extensions.Time.Testing;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Http;
using Oms.ServiceDefaults.Store;
using Oms.ServiceDefaults.Telemetry;
using Oms.Tests.Support;

namespace Oms.Tests.ServiceDefaults;

/// <summary>A dependency that never answers: the function says so itself, before Lambda cuts it off.</summary>
public sealed class DeadlineTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_store_that_hangs_is_503_with_Retry_After_a_second_before_the_functions_end()
    {
        using var hangs = new Hangs();
        using var client = new TestTable("oms-test", new Uri("http://dynamodb.test")).Connect(hangs);
        var table = new DynamoTable(client, "oms-test", new RetryPolicy(_clock, new Random(1)), _clock);

        using var answer = JsonDocument.Parse(await AnswerAtAsync(TimeSpan.FromSeconds(9), hangs.Asked, async cancellation => await table.GetAsync("a", "b", cancellation)));

        Assert.Equal((503, "2"), (answer.RootElement.GetProperty("statusCode").GetInt32(), answer.RootElement.GetProperty("headers").GetProperty("retry-after").GetString()));
        Assert.Contains("\"unavailable\"", answer.RootElement.GetProperty("body").GetString(), StringComparison.Ordinal);
    }

    /// <summary>The answer of a function with ten seconds, whose dependency is asked for and then does not answer.</summary>
    private async Task<string> AnswerAtAsync(TimeSpan end, Task asked, Func<CancellationToken, Task> call)
    {
        var settings = new FunctionSettings(new Dictionary<string, string>(StringComparer.Ordinal) { ["OTEL_SERVICE_NAME"] = "test", ["OMS_LOG_LEVEL"] = "None" });
        await using var services = new FunctionServices(settings, _clock, new Random(1), httpHandler: null, FunctionTelemetry.Start(settings));
        var routes = new RouteTable().Get("/v1/things", "GetThing", async request =>
        {
            await call(request.Cancellation);
            return new ApiResponse(200, "{}");
        });
        var answering = InvokeAsync(new Function(services, new ApiRole(routes, services)));
        await asked.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(end);
        using var answer = await answering.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(answer);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<Stream> InvokeAsync(Function function)
    {
        using var request = new MemoryStream(Encoding.UTF8.GetBytes(
            """{"version":"2.0","routeKey":"GET /v1/things","rawPath":"/v1/things","headers":{},"requestContext":{"http":{"method":"GET","path":"/v1/things"}},"isBase64Encoded":false}"""));
        return await function.InvokeAsync(request, new TenSeconds());
    }

    /// <summary>A connection on which nothing ever comes back.</summary>
    private sealed class Hangs : DelegatingHandler
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("Never reached");
        }
    }

    private sealed class TenSeconds : ILambdaContext
    {
        public TimeSpan RemainingTime => TimeSpan.FromSeconds(10);

        public string AwsRequestId => Wire.InvocationId;

        public IClientContext ClientContext => throw new NotSupportedException();

        public string FunctionName => throw new NotSupportedException();

        public string FunctionVersion => throw new NotSupportedException();

        public ICognitoIdentity Identity => throw new NotSupportedException();

        public string InvokedFunctionArn => throw new NotSupportedException();

        public ILambdaLogger Logger => throw new NotSupportedException();

        public string LogGroupName => throw new NotSupportedException();

        public string LogStreamName => throw new NotSupportedException();

        public int MemoryLimitInMB => throw new NotSupportedException();
    }
}
