using System.Text.Json;
using Amazon.Lambda.Core;

namespace Amazon.Lambda.RuntimeSupport;

internal sealed class CognitoClientContext : IClientContext
{
    public IDictionary<string, string> Environment { get; private init; }

    public IClientApplication Client { get; private init; }

    public IDictionary<string, string> Custom { get; private init; }

    public static CognitoClientContext FromJson(string json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return new();
        }

        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new()
        {
            Client = root.TryGetProperty("client", out var client) ? CognitoClientApplication.FromJson(client) : null,
            Custom = root.Texts("custom"),
            Environment = root.Texts("env"),
        };
    }
}
