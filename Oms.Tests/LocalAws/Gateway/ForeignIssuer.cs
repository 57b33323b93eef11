using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Oms.LocalAws.Hosting;

namespace Oms.Tests.LocalAws.Gateway;

/// <summary>Another OpenID issuer, which signs whatever claims a test wants.</summary>
internal sealed class ForeignIssuer : IAsyncDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private LoopbackServer? _server;

    public string Name => new Uri(_server?.Url ?? new Uri("http://127.0.0.1:9"), "/issuer").ToString();

    public async Task StartAsync()
    {
        _server = await LoopbackServer.StartAsync(0, "none", NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        var parameters = _key.ExportParameters(false);
        _server.Handler = context => context.Response.WriteAsync(context.Request.Path.Value!.EndsWith("openid-configuration", StringComparison.Ordinal)
            ? JsonSerializer.Serialize(new { issuer = Name, jwks_uri = Name + "/keys" })
            : JsonSerializer.Serialize(new
            {
                keys = new[] { new { kty = "RSA", kid = "foreign", use = "sig", n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent) } },
            }));
    }

    public string Sign(GatewayUnderTest gateway, Action<Dictionary<string, object>>? change = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Name,
            ["aud"] = "oms",
            ["scope"] = "things:read",
            ["exp"] = gateway.Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        var signed = $"{Encode("""{"alg":"RS256","kid":"foreign","typ":"JWT"}""")}.{Encode(JsonSerializer.Serialize(claims))}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _key.Dispose();
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
