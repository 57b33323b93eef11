using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Oms.LocalAws.Gateway;

/// <summary>Signing keys of _issuers by OpenID discovery, kept for a while; an unknown key id asks again, but not for every request.</summary>
internal sealed class IssuerKeys(HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Known> _issuers = new(StringComparer.Ordinal);

    public async Task<SecurityKey?> FindAsync(string issuer, string? keyId, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(keyId))
            return null;
        var known = _issuers.GetValueOrDefault(issuer);
        var age = known is null ? TimeSpan.MaxValue : time.GetElapsedTime(known.ReadAt);
        if (known is null || age > Lifetime || (!known.Keys.ContainsKey(keyId) && age > AskAgain))
        {
            known = new Known(await ReadAsync(issuer, cancel), time.GetTimestamp());
            _issuers[issuer] = known;
        }

        return known.Keys.GetValueOrDefault(keyId);
    }

    private async Task<IReadOnlyDictionary<string, SecurityKey>> ReadAsync(string issuer, CancellationToken cancel)
    {
        var discovery = await http.GetStringAsync(new Uri($"{issuer.TrimEnd('/')}/.well-known/openid-configuration"), cancel);
        using var configuration = JsonDocument.Parse(discovery);
        var location = configuration.RootElement.TryGetProperty("jwks_uri", out var uri) ? uri.GetString() : null;
        var keys = new JsonWebKeySet(await http.GetStringAsync(new Uri(location ?? throw new JsonException($"{issuer} names no jwks_uri")), cancel));
        return keys.Keys.Where(k => k.Kty == "RSA" && !string.IsNullOrEmpty(k.Kid)).DistinctBy(k => k.Kid)
            .ToDictionary(k => k.Kid, SecurityKey (k) => k, StringComparer.Ordinal);
    }

    private sealed record Known(IReadOnlyDictionary<string, SecurityKey> Keys, long ReadAt);
}
