using System.Diagnostics;
using System.Globalization;

namespace Oms.Tests.AppHost;

/// <summary>A process of a session, as /proc tells it (proc(5)): field 6 of stat is the session, field 3 the state.</summary>
internal sealed record SessionProcess(int Id, string Command)
{
    public static IReadOnlyList<SessionProcess> Of(int session) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(static folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id != 0 && IsOf(session, id))
            .Select(static id => new SessionProcess(id, Read(id, "cmdline").Replace('\0', ' ').Trim()))];

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

    private static bool IsOf(int session, int id)
    {
        var stat = Read(id, "stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 3 && fields[0] != "Z" && fields[3] == session.ToString(CultureInfo.InvariantCulture);
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
