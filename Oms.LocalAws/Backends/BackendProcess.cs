using System.Diagnostics;
using System.Globalization;

namespace Oms.LocalAws.Backends;

/// <summary>A backend that runs as a child of this process, and ends with it: its standard input is a pipe that it watches.</summary>
public sealed class BackendProcess : IAsyncDisposable
{
    private const string Announcement = "listening on ";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly TaskCompletionSource<int> _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _lastWords = new();

    private BackendProcess(StartCommand command, Action<string>? log)
    {
        ProcessStartInfo start = new(command.FileName, command.Arguments)
        {
            WorkingDirectory = command.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMS_STOP_WITH_STDIN"] = "1";
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data, log);
        _process.ErrorDataReceived += (_, line) => Read(line.Data, log);
        _process.Exited += (_, _) => _announced.TrySetException(new BackendException($"{command.Name} ended while starting: {LastWords()}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    public int ProcessId => _process.Id;

    /// <summary>Starts the backend and returns when it serves.</summary>
    public static async Task<BackendProcess> StartAsync(StartCommand command, Action<string>? log = null, CancellationToken cancellation = default)
    {
        BackendProcess backend = new(command, log);
        try
        {
            // The plain jar announces nothing: its port is the one that it was given.
            var port = command.LoopbackOnly ? await backend._announced.Task.WaitAsync(StartLimit, cancellation) : command.Port;
            backend.Url = new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", port).Uri;
            await backend.HealthyAsync(command, cancellation);
            return backend;
        }
        catch
        {
            await backend.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills it without warning, for tests of what happens then.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(StopLimit);
        }
        catch (Exception unheard) when (unheard is TimeoutException or IOException)
        {
            await KillAsync();
        }
        _process.Dispose();
    }

    private async Task HealthyAsync(StartCommand command, CancellationToken cancellation)
    {
        using HttpClient client = new() { BaseAddress = Url };
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var response = await client.GetAsync(new Uri(command.HealthPath, UriKind.Relative), cancellation);
                if ((int)response.StatusCode == command.HealthStatus)
                    return;
            }
            catch (HttpRequestException) when (!_process.HasExited && started.Elapsed < StartLimit)
            {
            }
            if (_process.HasExited || started.Elapsed >= StartLimit)
                throw new BackendException($"{command.Name} does not answer on {Url}: {LastWords()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    private void Read(string? line, Action<string>? log)
    {
        if (line is null)
            return;
        log?.Invoke(line);
        lock (_lastWords)
        {
            _lastWords.Enqueue(line);
            if (_lastWords.Count > 10)
                _lastWords.Dequeue();
        }
        if (line.StartsWith(Announcement, StringComparison.Ordinal) && int.TryParse(line.AsSpan(Announcement.Length), CultureInfo.InvariantCulture, out var port))
            _announced.TrySetResult(port);
    }

    private string LastWords()
    {
        lock (_lastWords)
            return string.Join(" | ", _lastWords);
    }
}
