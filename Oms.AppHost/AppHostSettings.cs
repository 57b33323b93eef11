using Microsoft.Extensions.Configuration;

namespace Oms.AppHost;

/// <summary>The app host's own appsettings.json lies beside its project, and beside its program.</summary>
internal static class AppHostSettings
{
    private const string FileName = "appsettings.json";

    /// <summary>Aspire looks for it where the program is started from, which is not always its project.</summary>
    public static void StartWhereTheyAre()
    {
        if (!File.Exists(FileName))
            Directory.SetCurrentDirectory(AppContext.BaseDirectory);
    }

    /// <summary>Setting <c>Dashboard</c>, from the command line, the environment or the file: Aspire wants to know it before its builder reads them.</summary>
    public static bool HasDashboard(string[] args)
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(FileName)).AddEnvironmentVariables().AddCommandLine(args).Build();
        return !LocalStack.IsOff(settings["Dashboard"]);
    }
}
