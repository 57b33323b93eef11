using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>A second process, told what runs: when the app host is killed and its pipe closes, it ends what is left.</summary>
internal sealed class Guardian
{
    private readonly Lock _lock = new();
    private Process? _process;

    public void Start()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Aspire.Hosting.AppHost.dll");
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        };
        _process = Process.Start(start);
    }

    public void Watch(int process, string? container) => Tell($"+ {process} {container}");

    public void Release(int process) => Tell($"- {process}");

    public void Dismiss()
    {
        lock (_lock)
        {
            if (_process is not { } process)
                return;
            process.StandardInput.Close();
            process.WaitForExit(TimeSpan.FromSeconds(5));
            process.Dispose();
            _process = null;
        }
    }

    private void Tell(string line)
    {
        lock (_lock)
        {
            _process?.StandardInput.WriteLine(line);
            _process?.StandardInput.Flush();
        }
    }
}
