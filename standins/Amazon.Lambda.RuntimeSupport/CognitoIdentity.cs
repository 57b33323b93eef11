using System.Text.Json;
using Amazon.Lambda.Core;

namespace Amazon.Lambda.RuntimeSupport;

internal sealed class CognitoIdentity : ICognitoIdentity
{
    public string IdentityId { get; private init; }

    public string IdentityPoolId { get; private init; }

    public static CognitoIdentity FromJson(string json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return new();
        }

        using var document = JsonDocument.Parse(json);
        return new() { IdentityId = document.RootElement.Text("cognitoIdentityId"), IdentityPoolId = document.RootElement.Text("cognitoIdentityPoolId") };
    }
}
