using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

internal sealed class DashboardResource() : ExecutableResource("aspire-dashboard", "aspire-managed", ".");

internal static class Dashboard
{
    public static void AddTo(IDistributedApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        builder.AddResource(new DashboardResource()).WithEnvironment(context =>
        {
            var variables = context.EnvironmentVariables;
            variables["ASPNETCORE_URLS"] = configuration["ASPNETCORE_URLS"] ?? "http://127.0.0.1:18888";
            variables["ASPNETCORE_ENVIRONMENT"] = "Production";
            variables["Logging__LogLevel__Default"] = "Error"; // its greeting would hide the lines of the resources
            variables["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ?? "http://127.0.0.1:4317";
            variables["ASPIRE_DASHBOARD_TELEMETRY_OPTOUT"] = "true";
            variables["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey";
            variables["DASHBOARD__OTLP__PRIMARYAPIKEY"] = configuration["AppHost:OtlpApiKey"]!;
            variables["DASHBOARD__API__AUTHMODE"] = "ApiKey";
            variables["DASHBOARD__API__PRIMARYAPIKEY"] = configuration["AppHost:OtlpApiKey"]!;
            variables["DASHBOARD__FRONTEND__AUTHMODE"] = configuration["AppHost:BrowserToken"] is null ? "Unsecured" : "BrowserToken";
            if (configuration["AppHost:BrowserToken"] is { } token)
                variables["DASHBOARD__FRONTEND__BROWSERTOKEN"] = token;
        });
    }
}
