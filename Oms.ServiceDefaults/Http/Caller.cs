namespace Oms.ServiceDefaults.Http;

/// <summary>Who calls, as the JWT authorizer vouches for it; never taken from the body.</summary>
/// <param name="Tenant">The token's client: claim <c>client_id</c>, else <c>azp</c>, else <c>sub</c>.</param>
/// <param name="Stores">The stores that the token names: claim <c>store</c>, separated by spaces (API Gateway writes arrays as "[a b]").</param>
public sealed record Caller(string Tenant, IReadOnlyList<string> Stores)
{
    /// <summary>A route without authorizer.</summary>
    public static readonly Caller Anonymous = new("", []);

    public bool MayUse(string store) => Stores.Contains(store, StringComparer.Ordinal);

    internal static Caller Of(IReadOnlyDictionary<string, string>? claims)
    {
        if (claims is null)
        {
            return Anonymous;
        }

        var tenant = claims.GetValueOrDefault("client_id") ?? claims.GetValueOrDefault("azp") ?? claims.GetValueOrDefault("sub") ?? "";
        var stores = claims.GetValueOrDefault("store") ?? "";
        return new Caller(tenant, stores.Trim('[', ']').Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
