using System.Diagnostics;
using System.Globalization;
using Oms.LocalAws.Backends;
using Oms.Simulation.CrashPoints;
using Oms.Simulation.Versions;

namespace Oms.Simulation.Bugs;

/// <summary>
/// Tries a bug: a patch is applied to a copy of what ships, the changed assemblies take the place of the true ones in a copy of this program, and that copy runs
/// plays, seeds and crash points until an invariant is broken. It does not know which bug it holds, or that it holds one.
/// </summary>
internal static class BugRun
{
    /// <returns>0 where the bug is found, 1 where it is not; with one seed to replay, 1 where that seed breaks an invariant.</returns>
    /// <exception cref="BugException">The patch does not apply, or does not compile.</exception>
    public static int Run(string file, Options options, TextWriter output)
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

        // By its whole name: the copy of this program runs in another folder.
        string[] other = options.Beside is not { } name ? [] : ["--beside", VersionBuild.IsNewer(name) ? Path.GetFullPath(name) : name, "--built", Path.GetFullPath(options.Built!)];
        if (options.Seed is { } seed)
        {
            return Run(file, ["--seed", Text(seed), .. options.Limits.Arguments, .. other], output);
        }

        List<string> report = options.Report is { } to ? ["--report", Path.GetFullPath(to)] : [];
        return Run(file, ["--first", file, "--from", Text(options.From), "--seeds", Text((ulong)options.Seeds), "--threads", Text((ulong)options.Threads), .. options.Limits.Arguments, .. other, .. report], output) switch
        {
            0 => 1,
            1 => 0,
            var exitCode => exitCode,
        };
    }

    /// <summary>Crashes what a patch makes of the services; ends as crash points do.</summary>
    /// <exception cref="BugException">The patch does not apply, or does not compile.</exception>
    public static int CrashPoints(string file, CrashPointOptions options, TextWriter output) => Run(file, ["crash-points", .. options.Arguments], output);

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
            return Tool.Pass("dotnet", Path.Combine(folder, "program"), ["Oms.Simulation.dll", .. arguments]);
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
        var program = Directory.CreateDirectory(Path.Combine(folder, "program"));
        foreach (var file in Directory.EnumerateFiles(Here).Where(static file => !file.EndsWith(".pdb", StringComparison.Ordinal) && !file.EndsWith(".xml", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(program.FullName, Path.GetFileName(file)));
        }

        var compiled = new Recompilation(RepositoryFolder.Path, new DirectoryInfo(Here).Parent!.Name, patched, program.FullName).Compile();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(patch)}: {string.Join(", ", compiled)} compiled in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        output.Flush();
    }

    /// <summary>This program's own output folder.</summary>
    private static string Here => Path.GetDirectoryName(typeof(BugRun).Assembly.Location)!;

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
