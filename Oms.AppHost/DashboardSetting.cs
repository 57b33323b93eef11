using Microsoft.Extensions.Configuration;

namespace Oms.AppHost;

/// <summary>Setting <c>Dashboard</c>, from the command line, the environment or appsettings.json: Aspire wants to know it before its builder reads them.</summary>
internal static class DashboardSetting
{
    public static bool IsOff(string[] args)
    {
        var settings = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))
            .AddEnvironmentVariables()
            .AddCommandLine(args)
            .Build();
        return LocalStack.IsOff(settings["Dashboard"]);
    }
}
