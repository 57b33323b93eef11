using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Oms.LocalAws.Backends;
using Oms.Simulation.CrashPoints;
using Oms.Simulation.Versions;

namespace Oms.Simulation.Bugs;

/// <summary>
/// Tries bugs: a patch is applied to a copy of what ships, the changed assemblies are loaded with this program a second time, and that runs
/// plays, seeds and crash points until an invariant is broken. It does not know which bug it holds, or that it holds one.
/// </summary>
internal static class BugRun
{
    /// <summary>What the program ends with when a bug cannot be tried, or a run with it cannot be brought to its end.</summary>
    private const int BrokenDown = 5;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <returns>
    /// 0 where every bug is found, 1 where one is not; with one seed to replay, 1 where that seed breaks an invariant.
    /// Of several bugs, one that does not apply or compile is said, and its exit code is that of the whole.
    /// </returns>
    /// <exception cref="BugException">The only patch does not apply, or does not compile.</exception>
    public static int Run(Options options, TextWriter output) => options.Bugs is [var only] ? Run(only, options, output) : RunAll(options, output);

    /// <summary>Crashes what a patch makes of the services; ends as crash points do.</summary>
    /// <exception cref="BugException">The patch does not apply, or does not compile.</exception>
    public static int CrashPoints(string file, CrashPointOptions options, TextWriter output) => Run(file, ["crash-points", .. options.Arguments], output);

    private static int Run(string file, Options options, TextWriter output)
    {
        if (options.Beside is { } beside && options.Built is null)
        {
            // Without the bug: it is tried beside a version that does not have it.
            var built = VersionBuild.NewFolder();
            try
            {
                VersionBuild.Build(beside, built, output);
                return Run(file, options with { Built = built }, output);
            }
            finally
            {
                Directory.Delete(built, recursive: true);
            }
        }

        string[] other = options.Beside is not { } name ? [] : ["--beside", name, "--built", options.Built!];
        if (options.Seed is { } seed)
        {
            return Run(file, ["--seed", Text(seed), .. options.Limits.Arguments, .. other], output);
        }

        List<string> report = options.Report is { } to ? ["--report", to] : [];
        return Run(file, ["--first", file, "--from", Text(options.From), "--seeds", Text((ulong)options.Seeds), "--threads", Text((ulong)options.Threads), .. options.Limits.Arguments, .. other, .. report], output) switch
        {
            0 => 1,
            1 => 0,
            var exitCode => exitCode,
        };
    }

    /// <summary>Each by itself, as many at once as there are threads.</summary>
    private static int RunAll(Options options, TextWriter output)
    {
        var results = new SortedDictionary<string, (int ExitCode, JsonNode? Report)>(StringComparer.Ordinal);
        Workers.Run(options.Threads, options.Bugs, TryOne, () => { });
        if (options.Report is { } file)
        {
            File.WriteAllText(file, new JsonObject(results.Select(static result => KeyValuePair.Create(result.Key, result.Value.Report))).ToJsonString(Indented));
        }

        return results.Values.Max(static result => result.ExitCode);

        void TryOne(string bug)
        {
            var report = Path.Combine(Path.GetTempPath(), $"oms-bug-{Guid.NewGuid():N}.json");
            var exitCode = 0;
            try
            {
                exitCode = Run(bug, options with { Threads = 1, Report = report }, output);
            }
            catch (BugException refused)
            {
                Console.Error.WriteLine($"{bug}: {refused.Message}");
                exitCode = refused.ExitCode;
            }
#pragma warning disable CA1031 // one that cannot be tried, for want of room or of git, is said; the others are tried
            catch (Exception broken)
#pragma warning restore CA1031
            {
                Console.Error.WriteLine($"{bug}: {broken}");
                exitCode = BrokenDown;
            }

            lock (results)
            {
                results[bug] = (exitCode, File.Exists(report) ? JsonNode.Parse(File.ReadAllText(report)) : null);
            }

            File.Delete(report);
        }
    }

    private static int Run(string file, IEnumerable<string> arguments, TextWriter output)
    {
        var patch = Path.GetFullPath(file);
        if (!File.Exists(patch))
        {
            throw new BugException($"there is no file {patch}");
        }

        var folder = Path.Combine(RepositoryFolder.Artifacts, "bugs", Guid.NewGuid().ToString("N"));
        try
        {
            Build(patch, folder, output);
            return (int)SecondLoad.From(Path.Combine(folder, "program")).EntryPoint!.Invoke(null, [arguments.ToArray()])!;
        }
        catch (TargetInvocationException broken)
        {
            Console.Error.WriteLine($"{file}: {broken.InnerException}");
            return BrokenDown;
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static void Build(string patch, string folder, TextWriter output)
    {
        var started = Stopwatch.GetTimestamp();
        var sources = Path.Combine(folder, "sources");
        PatchedSources.Copy(RepositoryFolder.Path, sources);
        var patched = PatchedSources.Apply(sources, patch);
        var program = Path.Combine(folder, "program");
        SecondLoad.Copy(program);
        var compiled = new Recompilation(RepositoryFolder.Path, SecondLoad.Configuration, patched, program).Compile();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(patch)}: {string.Join(", ", compiled)} compiled in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        output.Flush();
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
