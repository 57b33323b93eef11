using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Oms.LocalAws.Tokens;

/// <summary>Gives development tokens to whoever asks, and publishes its key by OpenID discovery; it exists on laptops only.</summary>
internal sealed class TokenIssuer(SigningKey key, string issuer, string audience, TimeProvider time)
{
    private const string DefaultClient = "local";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);
    private static readonly char[] Separators = [' ', ','];

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public JsonObject Issue(IEnumerable<string?> scopes, IEnumerable<string?> stores, string? client)
    {
        var now = time.GetUtcNow();
        var who = string.IsNullOrWhiteSpace(client) ? DefaultClient : client;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["sub"] = who,
            ["client_id"] = who,
            ["scope"] = Words(scopes),
        };
        if (Words(stores) is { Length: > 0 } named)
            claims["store"] = named;
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = now.Add(Lifetime).UtcDateTime,
            Claims = claims,
            SigningCredentials = key.Credentials,
        });
        return new JsonObject
        {
            ["access_token"] = token,
            ["token_type"] = "Bearer",
            ["expires_in"] = (int)Lifetime.TotalSeconds,
        };
    }

    public JsonObject Configuration() => new()
    {
        ["issuer"] = issuer,
        ["jwks_uri"] = $"{issuer}/.well-known/jwks.json",
        ["token_endpoint"] = $"{issuer}/token",
        ["response_types_supported"] = new JsonArray("token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
    };

    public JsonObject Keys() => new()
    {
        ["keys"] = new JsonArray(new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["alg"] = "RS256",
            ["kid"] = key.KeyId,
            ["n"] = key.Modulus,
            ["e"] = key.Exponent,
        }),
    };

    private static string Words(IEnumerable<string?> values) =>
        string.Join(' ', values.SelectMany(v => (v ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal));
}
