using System.Collections.Concurrent;
using System.Diagnostics;
using Oms.LocalAws.Backends;

namespace Oms.Tests.Support;

/// <summary>One function, LocalAws, or its backend, as a process of its own, as the app host starts it; started again when it is killed, as the app host does.</summary>
internal sealed class FunctionProcess : IFunctionRuntime
{
    private readonly string _assembly;
    private readonly string[] _arguments;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process; // null while it is killed and not started again

    public FunctionProcess(string assembly, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        _assembly = assembly;
        _arguments = arguments;
        _environment = environment;
        _process = Start();
    }

    /// <summary>What it has written to its standard output and error: its logs.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>It ended without being told to: it could not even start.</summary>
    public bool HasFailed => _process is { HasExited: true, ExitCode: not 0 };

    /// <summary>SIGKILL, and a new process in its place.</summary>
    public async Task KillAndRestartAsync()
    {
        await KillAsync();
        _process = Start();
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public void Restart() => _process = Start();

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
    }

    private Process Start()
    {
        // From its own output folder: beside the tests lie the assemblies of a web application.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        ProcessStartInfo start = new("dotnet", [Path.Combine(RepositoryFolder.Path, _assembly, "bin", configuration, "net10.0", _assembly + ".dll"), .. _arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        ShortLife.Set(start.Environment);
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["OMS_STOP_WITH_STDIN"] = "1";
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }
}
