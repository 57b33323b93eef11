using System.Net;
using System.Text.Json.Nodes;
using Oms.LocalAws.Tokens;
using Oms.Tests.LocalAws.Gateway;

namespace Oms.Tests.LocalAws.Tokens;

public sealed class TokenIssuerTests
{
    [Fact]
    public async Task A_token_outlives_a_restart()
    {
        var state = Directory.CreateTempSubdirectory("oms-state-").FullName;
        try
        {
            string first, second;
            using (var key = SigningKey.LoadOrCreate(state))
                first = key.KeyId;
            using (var key = SigningKey.LoadOrCreate(state))
                second = key.KeyId;
            Assert.Equal(first, second);

            await using var gateway = await GatewayUnderTest.StartAsync(state: state);
            var token = await gateway.TokenAsync("scope=things:read");
            Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/things/1", token)).StatusCode);
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }

    [Fact]
    public void Only_the_owner_may_read_the_key()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("no Unix file modes");
            return;
        }

        var state = Directory.CreateTempSubdirectory("oms-state-").FullName;
        SigningKey.LoadOrCreate(state).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(state))));
        Directory.Delete(state, recursive: true);
    }

    [Fact]
    public async Task The_answer_is_that_of_an_oauth_token_endpoint()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var answer = await JsonAsync(gateway, "/local/token?scope=orders:write%20orders:read&store=default");
        Assert.Equal("Bearer", answer["token_type"]!.GetValue<string>());
        Assert.Equal(12 * 3600, answer["expires_in"]!.GetValue<int>());
        var claims = Claims(answer);
        Assert.Equal("orders:write orders:read", claims["scope"]!.GetValue<string>());
        Assert.Equal("default", claims["store"]!.GetValue<string>());
        Assert.Equal("local", claims["client_id"]!.GetValue<string>());
        Assert.Equal("oms", claims["aud"]!.GetValue<string>());
        Assert.Equal(new Uri(gateway.Url, "/local").ToString(), claims["iss"]!.GetValue<string>());
    }

    [Fact]
    public async Task Stores_and_scopes_may_be_repeated_and_a_client_named()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var claims = Claims(await JsonAsync(gateway, "/local/token?scope=a&scope=b&store=nl,be&store=de&client=shop-1"));
        Assert.Equal(("a b", "nl be de", "shop-1"), (claims["scope"]!.GetValue<string>(), claims["store"]!.GetValue<string>(), claims["client_id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Without_a_store_the_token_names_none()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        Assert.False(Claims(await JsonAsync(gateway, "/local/token?scope=a")).AsObject().ContainsKey("store"));
    }

    [Fact]
    public async Task Discovery_leads_to_the_key()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var configuration = await JsonAsync(gateway, "/local/.well-known/openid-configuration");
        var keys = await JsonAsync(gateway, new Uri(configuration["jwks_uri"]!.GetValue<string>()).PathAndQuery);
        var key = Assert.Single(keys["keys"]!.AsArray())!;
        Assert.Equal(("RSA", "RS256"), (key["kty"]!.GetValue<string>(), key["alg"]!.GetValue<string>()));
        Assert.Null(key["d"]);
    }

    [Fact]
    public async Task Health_says_what_is_missing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var response = await gateway.GetAsync("/local/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("""{"status":"starting","missing":["nothing"]}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static JsonNode Claims(JsonNode answer) =>
        JsonNode.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(answer["access_token"]!.GetValue<string>().Split('.')[1]))!;

    private static async Task<JsonNode> JsonAsync(GatewayUnderTest gateway, string target) =>
        JsonNode.Parse(await gateway.Client.GetStringAsync(new Uri(target, UriKind.Relative), TestContext.Current.CancellationToken))!;
}
