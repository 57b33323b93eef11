using System.Text.Json;

namespace Amazon.Lambda.RuntimeSupport;

internal static class JsonElements
{
    public static string Text(this JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static Dictionary<string, string> Texts(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.ToString()) : null;
}
