using System.Text.Json;

namespace Oms.LocalAws.Gateway;

/// <summary>Claims as HTTP APIs hand them on: all text, lists as `[a b]`.</summary>
internal static class TokenClaims
{
    public static IReadOnlyDictionary<string, string> AsText(JsonElement claims) =>
        claims.EnumerateObject().DistinctBy(c => c.Name).ToDictionary(c => c.Name, c => AsText(c.Value, nested: false), StringComparer.Ordinal);

    public static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static double? Number(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>One string, or a list of strings.</summary>
    public static IReadOnlyList<string> List(JsonElement claims, string name) => !claims.TryGetProperty(name, out var value) ? [] : value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)],
        _ => [],
    };

    /// <summary>From `scope`, or `scp` where there is none; each entry may itself hold several, separated by spaces.</summary>
    public static IReadOnlyList<string> Scopes(JsonElement claims) =>
        [.. List(claims, claims.TryGetProperty("scope", out _) ? "scope" : "scp").SelectMany(s => s.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    private static string AsText(JsonElement value, bool nested) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => $"[{string.Join(' ', value.EnumerateArray().Select(v => AsText(v, nested: true)))}]",
        JsonValueKind.Object => $"map[{string.Join(' ', value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}:{AsText(p.Value, nested: true)}"))}]",
        JsonValueKind.Null => nested ? "<nil>" : "null",
        _ => value.GetRawText(),
    };
}
