using System.Diagnostics;
using System.Globalization;

namespace Oms.Tests.AppHost;

/// <summary>
/// A process of one run, as /proc tells it (proc(5)): of its session (field 6 of stat; field 3 is the state), or in a session of its own but with the run's mark in
/// its environment, as Aspire's orchestrator starts what it starts.
/// </summary>
internal sealed record RunProcess(int Id, string Command)
{
    /// <summary>Whoever starts a run sets it to the run's mark; children inherit it.</summary>
    public const string Mark = "OMS_TEST_RUN";

    public static IReadOnlyList<RunProcess> Of(int session, string mark) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(static folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(static id => id != 0)
            .Select(static id => new RunProcess(id, Read(id, "cmdline").Replace('\0', ' ').Trim()))
            .Where(process => process.Lives(out var its) && (its == session || process.Variable(Mark) == mark))];

    /// <summary>A variable of the environment that it was started with; null when it has none of that name.</summary>
    public string? Variable(string name) =>
        Read(Id, "environ").Split('\0').FirstOrDefault(variable => variable.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    public void Kill()
    {
        try
        {
            using var process = Process.GetProcessById(Id);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // it has ended meanwhile
        }
    }

    public override string ToString() => $"{Id} {Command}";

    private bool Lives(out int session)
    {
        var stat = Read(Id, "stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        session = 0;
        return fields.Length > 3 && fields[0] != "Z" && int.TryParse(fields[3], CultureInfo.InvariantCulture, out session);
    }

    /// <summary>Empty when the process has ended.</summary>
    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
