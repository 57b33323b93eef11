using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Http;

namespace Oms.Tests.ServiceDefaults;

public sealed class ApiRoleTests : IAsyncLifetime
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private readonly Fakes _fakes = new();
    private ApiRequest? _seen;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fakes.DisposeAsync();

    [Fact]
    public async Task A_handler_sees_the_request_as_the_client_sent_it()
    {
        var request = Request("POST /v1/things/{id}", "POST", "/v1/things/7");
        request["pathParameters"] = new JsonObject { ["id"] = "7" };
        request["queryStringParameters"] = new JsonObject { ["q"] = "a,b" };
        request["headers"]!["X-Mixed"] = "kept";
        request["body"] = Convert.ToBase64String([0, 255]);
        request["isBase64Encoded"] = true;
        request["requestContext"]!["authorizer"] = new JsonObject { ["jwt"] = new JsonObject { ["claims"] = new JsonObject { ["client_id"] = "shop", ["store"] = "default" } } };
        var answer = await SendAsync(request);
        Assert.Equal(202, answer.Status);
        Assert.Equal(("7", "a,b", "kept", "shop", "/v1/things/{id}"), (_seen!["id"], _seen.Query["q"], _seen.Header("x-mixed"), _seen.Caller.Tenant, _seen.Route));
        Assert.Equal([0, 255], _seen.Body.ToArray());
        Assert.Equal(("application/json", "no-store", "nosniff"), (answer.Headers["content-type"], answer.Headers["cache-control"], answer.Headers["x-content-type-options"]));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task An_unknown_route_is_404()
    {
        var answer = await SendAsync(Request("$default", "GET", "/v1/nowhere"));
        Assert.Equal((404, "unknown-route", "/v1/nowhere"), (answer.Status, answer.Problem("code"), answer.Problem("instance")));
    }

    [Theory]
    [InlineData("DELETE", "/v1/things/7", "GET, POST")]
    [InlineData("PATCH", "/v1/stock/MUG", "GET")]
    public async Task A_wrong_method_is_405_and_says_which_there_are(string method, string path, string allow)
    {
        var answer = await SendAsync(Request("$default", method, path));
        Assert.Equal((405, "method-not-allowed", allow), (answer.Status, answer.Problem("code"), answer.Headers["allow"]));
    }

    [Theory]
    [InlineData("text/html", 406)]
    [InlineData("text/html, application/xml;q=0.9", 406)]
    [InlineData("text/html, */*;q=0.1", 202)]
    [InlineData("application/*", 202)]
    [InlineData("APPLICATION/JSON", 202)]
    [InlineData("application/problem+json", 202)]
    public async Task What_the_client_cannot_take_is_406(string accept, int status)
    {
        var request = Request("POST /v1/things/{id}", "POST", "/v1/things/7");
        request["headers"]!["accept"] = accept;
        Assert.Equal(status, (await SendAsync(request)).Status);
    }

    [Theory]
    [InlineData("/v1/throttled")]
    [InlineData("/v1/unreachable")]
    [InlineData("/v1/newer")]
    public async Task A_dependency_that_stays_away_is_503_with_Retry_After(string path)
    {
        var answer = await SendAsync(Request("GET " + path, "GET", path));
        Assert.Equal((503, "unavailable", "2"), (answer.Status, answer.Problem("code"), answer.Headers["retry-after"]));
    }

    [Theory]
    [InlineData("/v1/bug")]
    [InlineData("/v1/denied")]
    public async Task A_bug_is_500_with_the_callers_trace_id_and_nothing_of_the_fault(string path)
    {
        var answer = await SendAsync(Request("GET " + path, "GET", path));
        Assert.Equal((500, "internal-error", TraceId, "application/problem+json"), (answer.Status, answer.Problem("code"), answer.Problem("traceId"), answer.Headers["content-type"]));
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_has_all_that_RFC_9457_and_clients_want()
    {
        var answer = await SendAsync(Request("GET /v1/refused", "GET", "/v1/refused"));
        Assert.Equal(422, answer.Status);
        Assert.Equal(
            ("urn:oms:problem:invalid-request", 422, "/v1/refused", TraceId, "/lines/0/quantity"),
            (answer.Problem("type"), answer.Json.GetProperty("status").GetInt32(), answer.Problem("instance"), answer.Problem("traceId"), answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString()));
        Assert.All(["title", "detail", "code"], name => Assert.NotEmpty(answer.Problem(name)));
    }

    private static JsonObject Request(string routeKey, string method, string path) => new()
    {
        ["version"] = "2.0",
        ["routeKey"] = routeKey,
        ["rawPath"] = path,
        ["headers"] = new JsonObject { ["traceparent"] = $"00-{TraceId}-b7ad6b7169203331-01", ["content-type"] = "application/json" },
        ["requestContext"] = new JsonObject { ["http"] = new JsonObject { ["method"] = method, ["path"] = path } },
        ["isBase64Encoded"] = false,
    };

    private async Task<Answer> SendAsync(JsonObject request)
    {
        var routes = new RouteTable()
            .Get("/v1/things/{id}", "GetThing", Take)
            .Post("/v1/things/{id}", "PlaceThing", Take)
            .Get("/v1/throttled", "Throttled", static _ => throw new ProvisionedThroughputExceededException("secret"))
            .Get("/v1/unreachable", "Unreachable", static _ => throw new HttpRequestException("secret"))
            .Get("/v1/newer", "Newer", static _ => throw new NewerCodeException("secret"))
            .Get("/v1/bug", "Bug", static _ => throw new InvalidOperationException("secret"))
            .Get("/v1/denied", "Denied", static _ => throw new AmazonServiceException("secret") { ErrorCode = "AccessDeniedException", StatusCode = HttpStatusCode.BadRequest })
            .Get("/v1/refused", "Refused", static _ => Task.FromResult(ApiResponse.Refuse(Problem.Invalid(new FieldError("/lines/0/quantity", "must be above 0")))));
        using var answer = JsonDocument.Parse(await Wire.SendAsync(new ApiRole(routes, _fakes.Services, [new RouteElsewhere("GET", "/v1/stock/{sku}")]), request));
        var root = answer.RootElement;
        return new Answer(
            root.GetProperty("statusCode").GetInt32(),
            root.GetProperty("headers").EnumerateObject().ToDictionary(static header => header.Name, static header => header.Value.GetString()!, StringComparer.Ordinal),
            root.TryGetProperty("body", out var body) ? body.GetString()! : "");
    }

    private Task<ApiResponse> Take(ApiRequest request)
    {
        _seen = request;
        return Task.FromResult(new ApiResponse(202, "{}"));
    }

    private sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        public JsonElement Json => JsonDocument.Parse(Body).RootElement;

        public string Problem(string name) => Json.GetProperty(name).GetString()!;
    }
}
