using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>The guardian's side: reads what runs from its input, and at the input's end kills what was not released.</summary>
internal static class GuardianProgram
{
    private static void Main()
    {
        // The terminal's signals reach it as well: it lives until its input ends.
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGHUP, PosixSignal.SIGQUIT, PosixSignal.SIGTERM])
            GC.KeepAlive(PosixSignalRegistration.Create(signal, context => context.Cancel = true));
        Dictionary<int, (Process? Process, string Container)> running = [];
        while (Console.In.ReadLine() is { } line)
        {
            var parts = line.Split(' ');
            var id = int.Parse(parts[1], CultureInfo.InvariantCulture);
            if (parts[0] == "+")
                running[id] = (Find(id), parts[2]);
            else
                running.Remove(id);
        }
        foreach (var (process, container) in running.Values)
            End(process, container);
    }

    private static void End(Process? process, string container)
    {
        try
        {
            if (process is { HasExited: false })
                process.Kill(entireProcessTree: true);
            if (container.Length > 0)
                Process.Start(new ProcessStartInfo(ContainerLauncher.Engine, ["rm", "-f", container]) { UseShellExecute = false })!.WaitForExit();
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException)
        {
            Console.Error.WriteLine(gone.Message);
        }
    }

    private static Process? Find(int id)
    {
        try
        {
            var process = Process.GetProcessById(id);
            _ = process.StartTime; // remembered, so that another process with the same id is not taken for it
            return process;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
