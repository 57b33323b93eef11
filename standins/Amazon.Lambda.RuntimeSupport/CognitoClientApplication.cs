using System.Text.Json;
using Amazon.Lambda.Core;

namespace Amazon.Lambda.RuntimeSupport;

internal sealed class CognitoClientApplication : IClientApplication
{
    public string AppPackageName { get; private init; }

    public string AppTitle { get; private init; }

    public string AppVersionCode { get; private init; }

    public string AppVersionName { get; private init; }

    public string InstallationId { get; private init; }

    public static CognitoClientApplication FromJson(JsonElement json) => new()
    {
        AppPackageName = json.Text("app_package_name"),
        AppTitle = json.Text("app_title"),
        AppVersionCode = json.Text("app_version_code"),
        AppVersionName = json.Text("app_version_name"),
        InstallationId = json.Text("installation_id"),
    };
}
