using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Gateway;

/// <summary>Checks tokens as the JWT authorizer of HTTP APIs does: signature by the issuer's keys, then the claims, then the route's scopes.</summary>
/// <remarks>https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html</remarks>
internal sealed class JwtAuthorizer(LocalJwtAuthorizer settings, IssuerKeys keys, TimeProvider time)
{
    private const string Scheme = "Bearer ";
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512];
    private static readonly JsonWebTokenHandler Handler = new();

    public async Task<JwtDecision> DecideAsync(HttpRequest request, IReadOnlyList<string> routeScopes, CancellationToken cancel)
    {
        var scopes = string.Join(' ', routeScopes);
        if (Find(request) is not { Length: > 0 } encoded)
            return new JwtDecision.Refused(GatewayAnswer.Unauthorized("Bearer"));

        AuthorizedToken token;
        try
        {
            token = await VerifyAsync(encoded, cancel);
        }
        catch (SecurityTokenException e)
        {
            return new JwtDecision.Refused(GatewayAnswer.Unauthorized($"""Bearer scope="{scopes}" error="invalid_token" error_description="{e.Message}" """.TrimEnd()));
        }

        return routeScopes.Count == 0 || routeScopes.Any(token.Scopes.Contains)
            ? new JwtDecision.Allowed(token)
            : new JwtDecision.Refused(GatewayAnswer.Forbidden($"""Bearer scope="{scopes}" error="insufficient_scope" """.TrimEnd()));
    }

    private string? Find(HttpRequest request)
    {
        foreach (var source in settings.IdentitySource)
        {
            var name = source[(source.LastIndexOf('.') + 1)..];
            var value = source.StartsWith("$request.header.", StringComparison.Ordinal)
                ? request.Headers[name].ToString()
                : request.Query[name].ToString();
            if (value.Length > 0)
                return (value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..] : value).Trim();
        }

        return null;
    }

    private async Task<AuthorizedToken> VerifyAsync(string encoded, CancellationToken cancel)
    {
        if (!Handler.CanReadToken(encoded))
            throw new SecurityTokenException("the token is malformed");
        JsonElement claims;
        JsonWebToken token;
        try
        {
            token = Handler.ReadJsonWebToken(encoded);
            claims = JsonSerializer.Deserialize<JsonElement>(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        }
        catch (Exception e) when (e is ArgumentException or JsonException or FormatException)
        {
            throw new SecurityTokenException("the token is malformed", e);
        }

        var key = await keys.FindAsync(settings.Issuer, token.Kid, cancel) ?? throw new SecurityTokenException("the token's key is not known");
#pragma warning disable CA5404 // only the signature is checked here; CheckClaims does the rest in AWS's order
        var signature = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = key,
            ValidAlgorithms = Algorithms,
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
#pragma warning restore CA5404
        if (!signature.IsValid)
            throw new SecurityTokenException("the token's signature is invalid");
        CheckClaims(claims);
        return new AuthorizedToken(TokenClaims.AsText(claims), TokenClaims.Scopes(claims));
    }

    private void CheckClaims(JsonElement claims)
    {
        if (TokenClaims.Text(claims, "iss") != settings.Issuer)
            throw new SecurityTokenException("issuer does not match");
        // client_id counts only where there is no aud.
        var audience = claims.TryGetProperty("aud", out _) ? TokenClaims.List(claims, "aud") : TokenClaims.List(claims, "client_id");
        if (!audience.Any(settings.Audience.Contains))
            throw new SecurityTokenException("the token does not have a valid audience");
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (TokenClaims.Number(claims, "exp") is not { } expires || expires <= now)
            throw new SecurityTokenException("the token has expired");
        if (TokenClaims.Number(claims, "nbf") > now || TokenClaims.Number(claims, "iat") > now)
            throw new SecurityTokenException("the token is not yet valid");
    }
}

/// <summary>A token that passed: every claim as the text that functions receive.</summary>
internal sealed record AuthorizedToken(IReadOnlyDictionary<string, string> Claims, IReadOnlyList<string> Scopes);

internal abstract record JwtDecision
{
    private JwtDecision()
    {
    }

    internal sealed record Allowed(AuthorizedToken Token) : JwtDecision;

    internal sealed record Refused(GatewayAnswer Answer) : JwtDecision;
}
