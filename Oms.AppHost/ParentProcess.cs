using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Oms.AppHost;

/// <summary>`dotnet run` passes SIGTERM on, but when it is killed nobody tells the app host: it looks for itself.</summary>
internal static partial class ParentProcess
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static async Task WatchAsync(Action gone, CancellationToken stopping)
    {
        // On Windows the job object of `dotnet run` ends its children.
        if (OperatingSystem.IsWindows() || ParentName() != "dotnet")
            return;
        var parent = GetParentId();
        using PeriodicTimer timer = new(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                if (GetParentId() != parent)
                {
                    Console.WriteLine("`dotnet run` is gone: stopping.");
                    gone();
                    return;
                }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // stopped otherwise
        }
    }

    private static string? ParentName()
    {
        try
        {
            using var parent = Process.GetProcessById(GetParentId());
            return parent.ProcessName;
        }
        catch (ArgumentException)
        {
            return null; // it has gone already
        }
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetParentId();
}
