using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Oms.LocalAws.Backends;
using Oms.Tests.Support;

namespace Oms.Tests.AppHost;

/// <summary>The app host as somebody starts it in a terminal of its own, marked so that its processes can be counted. Embedded backend, no dashboard.</summary>
internal sealed class AppHostRun : IDisposable
{
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly string[] PortNames = ["Api", "RuntimeApi", "Aws", "DynamoDb", "Messaging", "Simulators", "Dashboard", "Otlp"];
    private static readonly string AppHostFolder = Path.Combine(RepositoryFolder.Path, "Oms.AppHost");

    private readonly Process _process;
    private readonly IReadOnlyDictionary<string, int> _ports;
    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<TimeSpan> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stopwatch _started = Stopwatch.StartNew();

    private AppHostRun(IReadOnlyDictionary<string, int> ports, bool isMeasured, params string[] command)
    {
        _ports = ports;
        // A session of its own; who started the tests may ignore the terminal's signals, and a child would inherit that.
        ProcessStartInfo start = new("setsid", ["env", "--default-signal=HUP,INT", .. command, "--backend", "embedded", "--dashboard", "false"])
        {
            WorkingDirectory = RepositoryFolder.Path,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (isMeasured)
            start.Environment.Remove("DOTNET_EnableWriteXorExecute"); // the launch profile of the tests sets it
        else
            ShortLife.Set(start.Environment);
        start.Environment[RunProcess.Mark] = _mark;
        foreach (var (name, port) in ports)
            start.Environment[$"Ports__{name}"] = port.ToString(CultureInfo.InvariantCulture);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>What was started: `dotnet run`, or the app host itself. The session and its process group have the same id.</summary>
    public int Id => _process.Id;

    private static string OutputFolder { get; } = Path.Combine("bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name);

    public static Dictionary<string, int> FreePorts() => PortNames.ToDictionary(static name => name, static _ => FreePort.Find(), StringComparer.Ordinal);

    /// <summary>`dotnet run`, without the build that the tests have made already.</summary>
    /// <param name="isMeasured">Nothing of it is made quicker than its users have it.</param>
    public static AppHostRun ByDotNetRun(bool isMeasured = false) =>
        new(FreePorts(), isMeasured, DotNet.Host, "run", "--no-build", "--configuration", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "--project", "Oms.AppHost", "--");

    public static AppHostRun Direct(IReadOnlyDictionary<string, int> ports) => new(ports, isMeasured: false, Path.Combine(AppHostFolder, OutputFolder, "Oms.AppHost"));

    /// <returns>How long it took to the ready line.</returns>
    public async Task<TimeSpan> ReadyAsync(CancellationToken cancellation)
    {
        var ended = _process.WaitForExitAsync(cancellation);
        if (await Task.WhenAny(_ready.Task, ended).WaitAsync(StartLimit, cancellation) == ended)
            Assert.Fail($"The app host ended: {Output}");
        return await _ready.Task;
    }

    /// <summary>Returns when it has ended by itself.</summary>
    public Task EndAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation).WaitAsync(StartLimit, cancellation);

    /// <summary>Sends a signal as `kill` does: to a process, or with a negative id to its group.</summary>
    public static async Task SignalAsync(int signal, params int[] targets)
    {
        using var kill = Process.Start("kill", [$"-{signal}", "--", .. targets.Select(static target => target.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Everything of the run that lives, the first process included.</summary>
    public IReadOnlyList<RunProcess> Processes() => RunProcess.Of(Id, _mark);

    /// <summary>Waits until nothing of it lives; what is left when time is up fails the test by name.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> NothingLeftAsync(CancellationToken cancellation)
    {
        var since = Stopwatch.StartNew();
        while (Processes() is { Count: > 0 } left)
        {
            Assert.True(since.Elapsed < StopLimit, $"left after {StopLimit}: {string.Join(", ", left)}\n{Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
        return since.Elapsed;
    }

    public async Task<OmsClient> ShopAsync()
    {
        HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{_ports["Api"]}") };
        OmsClient shop = new(http, "local");
        var token = await shop.GetAsync("/local/token?scope=orders:write%20orders:read%20inventory:write%20inventory:read&store=default");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Json.GetProperty("access_token").GetString());
        return shop;
    }

    public void Dispose()
    {
        foreach (var left in Processes())
            left.Kill();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (line.StartsWith("Oms is ready: ", StringComparison.Ordinal))
            _ready.TrySetResult(_started.Elapsed);
    }
}
