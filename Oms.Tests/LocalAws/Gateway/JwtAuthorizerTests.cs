using System.Net;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Oms.Tests.LocalAws.Gateway;

/// <summary>https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html and http-api-troubleshooting-jwt.html</summary>
public sealed class JwtAuthorizerTests
{
    [Fact]
    public async Task A_token_with_the_scope_passes_and_its_claims_reach_the_function_as_text()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var token = await gateway.TokenAsync("scope=things:read%20things:write&store=default%20nl&client=shop");
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/things/7", token)).StatusCode);
        var jwt = gateway.Function.LastEvent["requestContext"]!["authorizer"]!["jwt"]!;
        Assert.Equal(["things:read", "things:write"], jwt["scopes"]!.AsArray().Select(s => s!.GetValue<string>()));
        var claims = jwt["claims"]!.AsObject();
        Assert.Equal("shop", claims["client_id"]!.GetValue<string>());
        Assert.Equal("default nl", claims["store"]!.GetValue<string>());
        Assert.Equal("oms", claims["aud"]!.GetValue<string>());
        Assert.Equal("1795384800", claims["exp"]!.GetValue<string>());
    }

    [Fact]
    public async Task Lists_are_written_in_brackets_and_scopes_are_null_on_a_route_without()
    {
        await using var issuer = new ForeignIssuer();
        await using var gateway = await StartWithAsync(issuer, r => r.Properties("Get").AsObject().Remove("AuthorizationScopes"));
        var token = issuer.Sign(gateway, claims => claims["groups"] = new[] { "Admins", "Readers" });
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/things/7", token)).StatusCode);
        var jwt = gateway.Function.LastEvent["requestContext"]!["authorizer"]!["jwt"]!.AsObject();
        Assert.Equal("[Admins Readers]", jwt["claims"]!["groups"]!.GetValue<string>());
        Assert.True(jwt.ContainsKey("scopes"));
        Assert.Null(jwt["scopes"]);
    }

    [Fact]
    public async Task No_token_is_401()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var response = await gateway.GetAsync("/things/7");
        await GatewayAnswerTests.Is(response, HttpStatusCode.Unauthorized, "Unauthorized");
        Assert.Equal("Bearer", Assert.Single(response.Headers.GetValues("WWW-Authenticate")));
        Assert.Empty(gateway.Function.Events);
    }

    [Fact]
    public async Task Another_scope_is_403()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var token = await gateway.TokenAsync("scope=things:write");
        await GatewayAnswerTests.Is(await gateway.GetAsync("/things/7", token), HttpStatusCode.Forbidden, "Forbidden");
    }

    [Fact]
    public async Task The_scope_is_the_one_of_the_template()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(r => r.Properties("Get")["AuthorizationScopes"] = new JsonArray("other:read", "things:write"));
        Assert.Equal(HttpStatusCode.Forbidden, (await gateway.GetAsync("/things/7", await gateway.TokenAsync("scope=things:read"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/things/7", await gateway.TokenAsync("scope=things:write"))).StatusCode);
    }

    [Fact]
    public async Task A_route_without_an_authorizer_needs_no_token()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(r =>
        {
            var route = r.Properties("Get").AsObject();
            route["AuthorizationType"] = "NONE";
            route.Remove("AuthorizerId");
            route.Remove("AuthorizationScopes");
        });
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/things/7")).StatusCode);
    }

    [Fact]
    public async Task A_token_ends()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var token = await gateway.TokenAsync("scope=things:read");
        gateway.Time.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/things/7", token)).StatusCode);
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        await Refused(await gateway.GetAsync("/things/7", token), "the token has expired");
    }

    [Fact]
    public async Task The_scheme_may_be_left_out_and_its_case_does_not_matter()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var token = await gateway.TokenAsync("scope=things:read");
        foreach (var value in new[] { token, $"bearer {token}", $"BEARER {token}" })
            Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "/things/7", headers: ("Authorization", value))).StatusCode);
    }

    [Fact]
    public async Task The_identity_source_may_be_a_query_parameter()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(r => r.Properties("Authorizer")["IdentitySource"] = new JsonArray("$request.querystring.token"));
        var token = await gateway.TokenAsync("scope=things:read");
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync($"/things/7?token={token}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/things/7", token)).StatusCode);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    public async Task What_is_no_token_is_refused(string token)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await Refused(await gateway.GetAsync("/things/7", token), "the token is malformed");
    }

    [Fact]
    public async Task A_changed_token_is_refused()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var parts = (await gateway.TokenAsync("scope=things:write")).Split('.');
        var claims = JsonNode.Parse(Base64UrlEncoder.Decode(parts[1]))!;
        claims["scope"] = "things:read";
        parts[1] = Base64UrlEncoder.Encode(claims.ToJsonString());
        await Refused(await gateway.GetAsync("/things/7", string.Join('.', parts)), "the token's signature is invalid");
    }

    [Fact]
    public async Task A_token_without_a_signature_is_refused()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var parts = (await gateway.TokenAsync("scope=things:read")).Split('.');
        var unsigned = $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.";
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/things/7", unsigned)).StatusCode);
    }

    [Fact]
    public async Task A_key_that_the_issuer_does_not_publish_is_refused()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var stranger = new ForeignIssuer();
        await Refused(await gateway.GetAsync("/things/7", stranger.Sign(gateway)), "the token's key is not known");
    }

    [Fact]
    public async Task An_audience_may_be_one_of_several()
    {
        await using var issuer = new ForeignIssuer();
        await using var gateway = await StartWithAsync(issuer);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/things/7", issuer.Sign(gateway, c => c["aud"] = new[] { "x", "oms" }))).StatusCode);
        var response = await gateway.GetAsync("/things/7", issuer.Sign(gateway, c => c["aud"] = "x"));
        // The header of AWS's own example, with the scopes of this route.
        Assert.Equal(
            """Bearer scope="things:read" error="invalid_token" error_description="the token does not have a valid audience" """.Trim(),
            Assert.Single(response.Headers.GetValues("WWW-Authenticate")));
    }

    [Fact]
    public async Task The_client_id_counts_as_audience_only_without_one()
    {
        await using var issuer = new ForeignIssuer();
        await using var gateway = await StartWithAsync(issuer);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/things/7", issuer.Sign(gateway, c => { c.Remove("aud"); c["client_id"] = "oms"; }))).StatusCode);
        await Refused(await gateway.GetAsync("/things/7", issuer.Sign(gateway, c => { c["aud"] = "x"; c["client_id"] = "oms"; })), "the token does not have a valid audience");
    }

    [Fact]
    public async Task Another_issuer_is_refused()
    {
        await using var issuer = new ForeignIssuer();
        await using var gateway = await StartWithAsync(issuer);
        await Refused(await gateway.GetAsync("/things/7", issuer.Sign(gateway, c => c["iss"] = "https://elsewhere")), "issuer does not match");
    }

    [Fact]
    public async Task A_token_of_the_future_is_refused()
    {
        await using var issuer = new ForeignIssuer();
        await using var gateway = await StartWithAsync(issuer);
        var later = gateway.Time.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds();
        await Refused(await gateway.GetAsync("/things/7", issuer.Sign(gateway, c => c["nbf"] = later)), "the token is not yet valid");
    }

    [Fact]
    public async Task Scopes_may_come_in_scp()
    {
        await using var issuer = new ForeignIssuer();
        await using var gateway = await StartWithAsync(issuer);
        var token = issuer.Sign(gateway, c => { c.Remove("scope"); c["scp"] = new[] { "things:read" }; });
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/things/7", token)).StatusCode);
    }

    [Fact]
    public async Task An_issuer_that_cannot_be_reached_is_500()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(r => r.Properties("Authorizer")["JwtConfiguration"]!["Issuer"] = "http://127.0.0.1:1/none");
        var response = await gateway.GetAsync("/things/7", await gateway.TokenAsync("scope=things:read"));
        await GatewayAnswerTests.Is(response, HttpStatusCode.InternalServerError, "Internal Server Error");
    }

    private static async Task<GatewayUnderTest> StartWithAsync(ForeignIssuer issuer, Action<JsonNode>? change = null)
    {
        await issuer.StartAsync();
        return await GatewayUnderTest.StartAsync(r =>
        {
            r.Properties("Authorizer")["JwtConfiguration"]!["Issuer"] = issuer.Name;
            change?.Invoke(r);
        });
    }

    private static async Task Refused(HttpResponseMessage response, string description)
    {
        await GatewayAnswerTests.Is(response, HttpStatusCode.Unauthorized, "Unauthorized");
        Assert.EndsWith($"error=\"invalid_token\" error_description=\"{description}\"", Assert.Single(response.Headers.GetValues("WWW-Authenticate")), StringComparison.Ordinal);
    }
}
