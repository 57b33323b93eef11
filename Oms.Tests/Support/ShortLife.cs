namespace Oms.Tests.Support;

/// <summary>
/// How a .NET program runs that a test starts for seconds: what was compiled quickly is not compiled once more in the background, which is
/// a third of the CPU time of such a process and is paid back only by a longer life. What it does is the same.
/// </summary>
internal static class ShortLife
{
    /// <summary>Variables of the runtime (clrconfignames.h in dotnet/runtime); a child's own children inherit them.</summary>
    public static void Set(IDictionary<string, string?> environment)
    {
        environment["DOTNET_TieredPGO"] = "0"; // no counters in the quick code for a second compilation
        environment["DOTNET_TC_CallCounting"] = "0"; // no second compilation
        environment["DOTNET_EnableWriteXorExecute"] = "0"; // no second mapping of every page of code
        environment["DOTNET_EnableDiagnostics"] = "0"; // no sockets in the temporary folder, where they stay when the process is killed
    }
}
