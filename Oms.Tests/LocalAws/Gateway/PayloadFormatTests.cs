using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Oms.Tests.LocalAws.Gateway;

/// <summary>https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html</summary>
public sealed class PayloadFormatTests
{
    [Fact]
    public async Task The_documents_example_request_gives_the_documents_example_event()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.SendRawAsync("""
            POST /my/path?parameter1=value1&parameter1=value2&parameter2=value HTTP/1.1
            Host: 127.0.0.1
            Header1: value1
            Header2: value1
            Header2: value2
            Cookie: cookie1; cookie2
            User-Agent: agent
            Content-Type: text/plain
            Content-Length: 17
            Connection: close

            Hello from Lambda
            """);
        var actual = gateway.Function.LastEvent;

        // The example without what this request has not: client certificate, authorizer, path parameters, stage variables.
        // Names of headers are in lower case on the wire of HTTP APIs, whatever the example shows.
        var expected = JsonNode.Parse("""
            {
              "version": "2.0",
              "routeKey": "$default",
              "rawPath": "/my/path",
              "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value",
              "cookies": [ "cookie1", "cookie2" ],
              "headers": { "header1": "value1", "header2": "value1,value2" },
              "queryStringParameters": { "parameter1": "value1,value2", "parameter2": "value" },
              "requestContext": {
                "accountId": "000000000000",
                "apiId": "HttpApi",
                "domainName": "127.0.0.1",
                "domainPrefix": "127",
                "http": { "method": "POST", "path": "/my/path", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "agent" },
                "requestId": "id",
                "routeKey": "$default",
                "stage": "$default",
                "time": "22/Nov/2026:10:00:00 +0000",
                "timeEpoch": 1795341600000
              },
              "body": "Hello from Lambda",
              "isBase64Encoded": false
            }
            """)!;
        Assert.NotEmpty(actual["requestContext"]!["requestId"]!.GetValue<string>());
        actual["requestContext"]!["requestId"] = "id";
        var added = new HashSet<string> { "connection", "content-length", "content-type", "host", "user-agent", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto" };
        var headers = actual["headers"]!.AsObject();
        Assert.Subset(headers.Select(h => h.Key).ToHashSet(), added);
        foreach (var name in added)
            headers.Remove(name);
        Assert.True(JsonNode.DeepEquals(expected, actual), actual.ToJsonString());
    }

    [Fact]
    public async Task What_is_not_there_is_left_out()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.GetAsync("/");
        var actual = gateway.Function.LastEvent.AsObject();
        Assert.All(["cookies", "queryStringParameters", "pathParameters", "body", "stageVariables"], name => Assert.False(actual.ContainsKey(name), name));
        Assert.False(actual["requestContext"]!.AsObject().ContainsKey("authorizer"));
        Assert.Equal("", actual["rawQueryString"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_path_is_handed_on_decoded_and_the_query_string_is_not()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.GetAsync("/a%20b/c%40d?name=J%C3%B8rn+X&empty=&flag");
        var actual = gateway.Function.LastEvent;
        Assert.Equal("/a b/c@d", actual["rawPath"]!.GetValue<string>());
        Assert.Equal("name=J%C3%B8rn+X&empty=&flag", actual["rawQueryString"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"name":"Jørn X","empty":"","flag":""}"""), actual["queryStringParameters"]), actual.ToJsonString());
    }

    [Fact]
    public async Task Dots_in_a_path_are_not_interpreted()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.SendRawAsync("GET /things/../secret HTTP/1.1\nHost: x\nConnection: close\n\n");
        Assert.Equal("/things/../secret", gateway.Function.LastEvent["rawPath"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("application/json", false)]
    [InlineData("application/json; charset=utf-8", false)]
    [InlineData("application/xml", false)]
    [InlineData("application/javascript", false)]
    [InlineData("text/csv", false)]
    [InlineData("application/octet-stream", true)]
    [InlineData("application/x-www-form-urlencoded", true)]
    [InlineData("application/problem+json", true)]
    [InlineData(null, true)]
    public async Task The_content_type_decides_whether_a_body_is_base64(string? contentType, bool encoded)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"a":"ø"}"""));
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        await gateway.SendAsync(HttpMethod.Post, "/x", content: content);
        var actual = gateway.Function.LastEvent;
        Assert.Equal(encoded, actual["isBase64Encoded"]!.GetValue<bool>());
        var body = actual["body"]!.GetValue<string>();
        Assert.Equal("""{"a":"ø"}""", encoded ? Encoding.UTF8.GetString(Convert.FromBase64String(body)) : body);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_reach_the_function_unchanged()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        byte[] sent = [(byte)'"', 0xC3, 0x28, (byte)'"'];
        using var content = new ByteArrayContent(sent);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await gateway.SendAsync(HttpMethod.Post, "/x", content: content);
        Assert.True(gateway.Function.LastEvent["isBase64Encoded"]!.GetValue<bool>());
        Assert.Equal(sent, Convert.FromBase64String(gateway.Function.LastEvent["body"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_trace_header_of_the_client_is_kept_and_given_to_lambda()
    {
        const string Trace = "Root=1-5759e988-bd862e3fe1be46a994272793";
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.SendAsync(HttpMethod.Get, "/x", headers: ("X-Amzn-Trace-Id", Trace));
        Assert.Equal(Trace, gateway.Function.LastOptions!.TraceHeader);
        Assert.Equal(Trace, gateway.Function.LastEvent["headers"]!["x-amzn-trace-id"]!.GetValue<string>());
    }

    /// <summary>It once went on as it was, and as a header of the Runtime API it broke the invocation: 500.</summary>
    [Theory]
    [InlineData("\u200b")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793;\u20ac")]
    [InlineData("")]
    public async Task A_trace_header_that_is_none_is_replaced(string sent)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.SendAsync(HttpMethod.Get, "/x", headers: ("X-Amzn-Trace-Id", sent));
        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$", gateway.Function.LastOptions!.TraceHeader);
    }

    [Theory]
    [InlineData("\"Hello from Lambda!\"", "Hello from Lambda!")]
    [InlineData("{ \"message\": \"Hello from Lambda!\" }", "{ \"message\": \"Hello from Lambda!\" }")]
    public async Task Without_a_status_code_the_response_is_inferred_as_the_document_says(string output, string body)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Function.Behaviour = _ => ScriptedFunction.Answer(output);
        var response = await gateway.GetAsync("/x");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_response_in_format_2_0_is_sent_as_it_says()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Function.Behaviour = _ => ScriptedFunction.Answer(
            """{"cookies":["cookie1","cookie2"],"isBase64Encoded":true,"statusCode":202,"headers":{"Location":"/v1/orders/1","Content-Type":"application/cbor","Retry-After":3,"Connection":"close"},"body":"AQID"}""");
        var response = await gateway.GetAsync("/x");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(["cookie1", "cookie2"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal("/v1/orders/1", response.Headers.Location!.ToString());
        Assert.Equal("3", Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.Null(response.Headers.ConnectionClose);
        Assert.Equal("application/cbor", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal([1, 2, 3], await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"statusCode":"fine"}""")]
    [InlineData("""{"statusCode":42}""")]
    [InlineData("""{"statusCode":200,"body":{"not":"text"}}""")]
    [InlineData("""{"statusCode":200,"isBase64Encoded":true,"body":"***"}""")]
    [InlineData("""{"statusCode":200,"cookies":[1]}""")]
    [InlineData("""{"statusCode":200,"headers":{"x":"line\nbreak"}}""")]
    public async Task What_is_no_response_is_answered_with_500(string output)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Function.Behaviour = _ => ScriptedFunction.Answer(output);
        var response = await gateway.GetAsync("/x");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("""{"message":"Internal Server Error"}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_204_has_no_body()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Function.Behaviour = _ => ScriptedFunction.Answer("""{"statusCode":204,"body":"ignored"}""");
        var response = await gateway.GetAsync("/x");
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
