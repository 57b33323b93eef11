using System.Net;
using System.Text.Json.Nodes;
using Oms.LocalAws.Templates;
using Oms.Tests.Support;

namespace Oms.Tests.LocalAws.Gateway;

public sealed class GatewayAnswerTests
{
    [Fact]
    public async Task A_function_error_is_500() =>
        await Answers(HttpStatusCode.InternalServerError, "Internal Server Error", new InvocationResult.Failed(FunctionErrorKind.Unhandled, "Error", "secret", default));

    [Fact]
    public async Task A_function_that_exceeds_its_own_time_out_is_500() =>
        await Answers(HttpStatusCode.InternalServerError, "Internal Server Error", new InvocationResult.Failed(FunctionErrorKind.Timeout, "Sandbox.Timedout", "", default));

    [Fact]
    public async Task A_throttled_function_is_503() =>
        await Answers(HttpStatusCode.ServiceUnavailable, "Service Unavailable", new InvocationResult.Throttled("no worker"));

    [Theory]
    [InlineData(12_000)]
    [InlineData(500)]
    public async Task The_integration_time_out_of_the_template_gives_504(int milliseconds)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(r => r.Properties("Integration")["TimeoutInMillis"] = milliseconds);
        gateway.Function.Behaviour = async cancel =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            throw new InvalidOperationException("unreachable");
        };
        var response = gateway.GetAsync("/x");
        await gateway.Function.Invoked;
        gateway.Time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.False(response.IsCompleted);
        gateway.Time.Advance(TimeSpan.FromMilliseconds(1));
        await Is(await response, HttpStatusCode.GatewayTimeout, "Endpoint request timed out");
    }

    [Fact]
    public async Task No_route_is_404()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(r => r.AsObject().Remove("Default"));
        await Is(await gateway.GetAsync("/nowhere"), HttpStatusCode.NotFound, "Not Found");
    }

    [Fact]
    public async Task A_route_of_the_template_decides_where_a_request_goes()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(r => r.Properties("Get")["RouteKey"] = "GET /items/{id}");
        await gateway.GetAsync("/things/1");
        Assert.Equal("$default", gateway.Function.LastEvent["routeKey"]!.GetValue<string>());
        await gateway.GetAsync("/items/1", await gateway.TokenAsync("scope=things:read"));
        Assert.Equal("GET /items/{id}", gateway.Function.LastEvent["routeKey"]!.GetValue<string>());
        Assert.Equal("1", gateway.Function.LastEvent["pathParameters"]!["id"]!.GetValue<string>());
        Assert.Equal("things-api", gateway.Function.LastFunction);
    }

    [Fact]
    public async Task What_fails_in_the_gateway_is_logged_by_its_route_and_never_by_the_path_that_was_asked_for()
    {
        using var logs = new CapturedLogs();
        await using var gateway = await GatewayUnderTest.StartAsync(r => r.Properties("Get")["RouteKey"] = "GET /items/{id}", logs: logs.Factory);
        var token = await gateway.TokenAsync("scope=things:read");
        gateway.Function.Behaviour = static _ => throw new InvalidOperationException("broken");
        await Is(await gateway.GetAsync("/items/planted-1?email=planted-2", token), HttpStatusCode.InternalServerError, "Internal Server Error");
        gateway.Function.Behaviour = static _ => ScriptedFunction.Answer("""{"statusCode":200,"headers":{"x-odd":"planted-3\nplanted-4"}}""");
        await Is(await gateway.GetAsync("/items/planted-5", token), HttpStatusCode.InternalServerError, "Internal Server Error");
        await gateway.SendRawAsync("POST /planted-6?planted-7 HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\nno length\n");

        Assert.Equal(
            ["GET /items/{id} failed", "GET /items/{id} failed", "$default failed"],
            logs.Lines.Where(static line => line.Contains("failed in the gateway", StringComparison.Ordinal)).Select(static line => line.Split(": ", 2)[1].Split(" in the gateway")[0]));
        Assert.DoesNotContain(logs.Lines, static line => line.Contains("planted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task More_than_the_stage_allows_is_429_until_time_has_passed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(r =>
            r.Properties("Stage")["DefaultRouteSettings"] = new JsonObject { ["ThrottlingRateLimit"] = 2, ["ThrottlingBurstLimit"] = 3 });
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/x")).StatusCode);
        await Is(await gateway.GetAsync("/x"), HttpStatusCode.TooManyRequests, "Too Many Requests");
        gateway.Time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/x")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await gateway.GetAsync("/x")).StatusCode);
    }

    [Fact]
    public async Task The_issuer_is_not_throttled()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(r =>
            r.Properties("Stage")["DefaultRouteSettings"] = new JsonObject { ["ThrottlingRateLimit"] = 1, ["ThrottlingBurstLimit"] = 1 });
        for (var i = 0; i < 3; i++)
            await gateway.TokenAsync("scope=x");
    }

    [Fact]
    public async Task Without_a_permission_for_the_api_the_function_is_not_invoked()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(r => r.Properties("Permission")["SourceArn"] = "arn:aws:execute-api:us-east-1:000000000000:HttpApi/*/GET/things/{id}");
        await Is(await gateway.GetAsync("/x"), HttpStatusCode.InternalServerError, "Internal Server Error");
        Assert.Empty(gateway.Function.Events);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/things/1", await gateway.TokenAsync("scope=things:read"))).StatusCode);
    }

    [Fact]
    public async Task Ten_megabytes_are_the_limit_of_a_request()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await Is(await gateway.SendAsync(HttpMethod.Post, "/x", content: new ByteArrayContent(new byte[(10 * 1024 * 1024) + 1])), HttpStatusCode.RequestEntityTooLarge, "Request Entity Too Large");
        Assert.Empty(gateway.Function.Events);
    }

    [Fact]
    public async Task Six_megabytes_are_the_limit_of_an_invocation()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var content = new StringContent(new string('x', 6 * 1024 * 1024));
        await Is(await gateway.SendAsync(HttpMethod.Post, "/x", content: content), HttpStatusCode.RequestEntityTooLarge, "Request Entity Too Large");
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Post, "/x", content: new StringContent(new string('x', 5 * 1024 * 1024)))).StatusCode);
    }

    [Fact]
    public async Task Every_answer_has_a_request_id()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var response = await gateway.GetAsync("/things/1");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.NotEmpty(Assert.Single(response.Headers.GetValues("apigw-requestid")));
    }

    private static async Task Answers(HttpStatusCode status, string message, InvocationResult result)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Function.Behaviour = _ => Task.FromResult(result);
        await Is(await gateway.GetAsync("/x"), status, message);
    }

    internal static async Task Is(HttpResponseMessage response, HttpStatusCode status, string message)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal($$"""{"message":"{{message}}"}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
