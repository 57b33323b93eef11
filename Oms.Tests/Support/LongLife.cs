namespace Oms.Tests.Support;

/// <summary>
/// How a .NET program runs that a test starts for more than a quarter of a minute: what it runs is compiled once, and well. Compiled quickly first,
/// methods wait for their second compilation until no new ones come for a while, which in a simulation takes most of its life.
/// Not for crash points: they read call sites from the stack, from which methods that are compiled well are missing where they are inlined.
/// </summary>
internal static class LongLife
{
    /// <summary>A variable of the runtime (clrconfignames.h in dotnet/runtime).</summary>
    public static IReadOnlyDictionary<string, string?> Environment { get; } = new Dictionary<string, string?>(StringComparer.Ordinal) { ["DOTNET_TC_QuickJit"] = "0" };
}
