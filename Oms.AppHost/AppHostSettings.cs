using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Oms.AppHost;

/// <summary>The app host's own appsettings.json, which lies beside its program: Aspire looks for one where the program is started from.</summary>
internal static class AppHostSettings
{
    private static readonly string File = Path.Combine(AppContext.BaseDirectory, "appsettings.json");

    /// <summary>Setting <c>Dashboard</c>, from the command line, the environment or the file: Aspire wants to know it before its builder reads them.</summary>
    public static bool HasDashboard(string[] args)
    {
        var settings = new ConfigurationBuilder().AddJsonFile(File).AddEnvironmentVariables().AddCommandLine(args).Build();
        return !LocalStack.IsOff(settings["Dashboard"]);
    }

    /// <summary>Below everything else that is set.</summary>
    public static void AddTo(ConfigurationManager configuration)
    {
        JsonConfigurationSource source = new() { Path = File };
        source.ResolveFileProvider();
        configuration.Sources.Insert(0, source);
    }
}
