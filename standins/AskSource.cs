using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Asks the NuGet sources by a restore of exactly the pinned packages, into an empty folder and past every cache, which families
/// they carry. Only "there is no such package" (NU1101) and "there is no such version" (NU1102) of a package that was asked for
/// mean that it is missing; everything else stops the build, and nothing is remembered.
/// MSBuild compiles this file when it needs it, against netstandard2.0.
/// </summary>
public sealed class AskSource : Task
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    // NuGet writes the code before every line of a message; a further line is indented.
    private static readonly Regex ErrorLine = new Regex(@"error (?:(\w+)\s*)?:(\s*)(.+)$");
    private static readonly Regex Missing = new Regex(@"^(?:NU1101|NU1102): Unable to find package (\S+?)(?:\. | with version)");

    [Required]
    public ITaskItem[] Packages { get; set; }

    public string[] Sources { get; set; } = Array.Empty<string>();

    public string ConfigFile { get; set; }

    [Required]
    public string Question { get; set; }

    [Required]
    public string AnswerFile { get; set; }

    [Required]
    public string DotNet { get; set; }

    public override bool Execute()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(AnswerFile));
        using (Lock())
        {
            if (File.Exists(AnswerFile) && File.ReadAllText(AnswerFile).Contains(Question))
            {
                return true; // Another build asked while this one waited.
            }

            var folder = Path.Combine(Path.GetDirectoryName(AnswerFile), "probe-" + Process.GetCurrentProcess().Id);
            try
            {
                var missing = Probe(folder);
                if (missing != null)
                {
                    Write(missing);
                }
            }
            finally
            {
                Directory.Delete(folder, true);
            }
        }

        return !Log.HasLoggedErrors;
    }

    private FileStream Lock()
    {
        for (var patience = Stopwatch.StartNew(); ; Thread.Sleep(50))
        {
            try
            {
                return new FileStream(AnswerFile + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (patience.Elapsed < Patience)
            {
                // Another build is asking.
            }
        }
    }

    /// <summary>The names of the missing packages; null after an error.</summary>
    private ISet<string> Probe(string folder)
    {
        Log.LogMessage(MessageImportance.High, "Asking " + SourceNames + " once which packages it has ...");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "probe.csproj"), ProbeProject(folder));
        var output = new StringBuilder();
        var exitCode = Restore(folder, output);
        if (exitCode == null)
        {
            Log.LogError("{0} did not answer within {1} minutes which packages it has. Try again, or choose with -p:OmsPackages=standin.", SourceNames, Patience.TotalMinutes);
            return null;
        }

        var missing = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var error in Errors(output.ToString()))
        {
            var match = Missing.Match(error);
            if (!match.Success || !Packages.Any(package => string.Equals(package.ItemSpec, match.Groups[1].Value, StringComparison.OrdinalIgnoreCase)))
            {
                return Stop(error);
            }

            missing.Add(match.Groups[1].Value);
        }

        return exitCode == 0 || missing.Count > 0 ? missing : Stop(output.ToString().Trim());
    }

    private static List<string> Errors(string output)
    {
        var errors = new List<string>();
        foreach (var match in output.Split('\n').Select(line => ErrorLine.Match(line.TrimEnd())).Where(match => match.Success))
        {
            if (match.Groups[2].Length > 1 && errors.Count > 0)
            {
                errors[errors.Count - 1] += " " + match.Groups[3].Value;
            }
            else
            {
                errors.Add(match.Groups[1].Value + ": " + match.Groups[3].Value);
            }
        }

        return errors;
    }

    private ISet<string> Stop(string reason)
    {
        Log.LogError("{0} could not be asked which packages it has ({1}). Nothing was remembered; mend the source, or choose with -p:OmsPackages=standin.", SourceNames, reason);
        return null;
    }

    private string SourceNames => "NuGet source " + string.Join(", ", Sources);

    /// <summary>A project that inherits nothing from the folders above it.</summary>
    private string ProbeProject(string folder)
    {
        var references = Packages.Select(package => package.GetMetadata("Download") == "true"
            ? $"    <PackageDownload Include=\"{package.ItemSpec}\" Version=\"[{package.GetMetadata("Version")}]\" />"
            : $"    <PackageReference Include=\"{package.ItemSpec}\" Version=\"[{package.GetMetadata("Version")}]\" />");
        return $@"<Project>
  <PropertyGroup>
    <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
    <ImportDirectoryBuildTargets>false</ImportDirectoryBuildTargets>
    <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
  </PropertyGroup>
  <Import Project=""Sdk.props"" Sdk=""Microsoft.NET.Sdk"" />
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <NuGetAudit>false</NuGetAudit>
    <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
    <RestoreSources>{SecurityElement.Escape(string.Join(";", Sources))}</RestoreSources>
    <RestoreConfigFile>{SecurityElement.Escape(ConfigFile)}</RestoreConfigFile>
    <RestorePackagesPath>{SecurityElement.Escape(Path.Combine(folder, "packages"))}</RestorePackagesPath>
    <RestoreFallbackFolders>clear</RestoreFallbackFolders>
  </PropertyGroup>
  <ItemGroup>
{string.Join("\n", references)}
  </ItemGroup>
  <Import Project=""Sdk.targets"" Sdk=""Microsoft.NET.Sdk"" />
</Project>
";
    }

    private int? Restore(string folder, StringBuilder output)
    {
        var start = new ProcessStartInfo(DotNet, "restore probe.csproj --no-http-cache --force -nologo -v:quiet -tl:off -nodeReuse:false")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        // A source that is away is told soon: the build can be started again by hand.
        start.Environment["NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT"] = "2";
        start.Environment["NUGET_ENHANCED_NETWORK_RETRY_DELAY_MILLISECONDS"] = "200";
        using (var process = new Process { StartInfo = start })
        {
            DataReceivedEventHandler keep = (sender, line) =>
            {
                lock (output)
                {
                    output.AppendLine(line.Data);
                }
            };
            process.OutputDataReceived += keep;
            process.ErrorDataReceived += keep;
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (!process.WaitForExit((int)Patience.TotalMilliseconds))
            {
                process.Kill();
                return null;
            }

            process.WaitForExit(); // Only this overload waits for the last line.
            return process.ExitCode;
        }
    }

    /// <summary>A family is real only if all of it is there. Aspire and its integrations are real together or not at all.</summary>
    private void Write(ISet<string> missing)
    {
        var families = Packages.GroupBy(package => package.GetMetadata("Family")).ToArray();
        var lacking = families.Where(family => family.Any(package => missing.Contains(package.ItemSpec))).Select(family => family.Key).ToArray();
        var standIns = families.Select(family => family.Key).Where(family => lacking.Any(one => Together(one) == Together(family))).ToArray();
        var temporary = AnswerFile + ".new";
        File.WriteAllText(temporary, $@"<Project>
  <!-- What the NuGet source answered; delete this file to ask again. -->
  <PropertyGroup>
    <OmsFeedKey>{Question}</OmsFeedKey>
    <OmsStandIns>;{string.Concat(standIns.Select(family => family + ";"))}</OmsStandIns>
    <OmsLacks>;{string.Concat(lacking.Select(family => family + ";"))}</OmsLacks>
  </PropertyGroup>
</Project>
");
        if (File.Exists(AnswerFile))
        {
            File.Replace(temporary, AnswerFile, null);
        }
        else
        {
            File.Move(temporary, AnswerFile);
        }

        string Together(string family) => family.StartsWith("Aspire", StringComparison.Ordinal) ? "Aspire" : family;

        Log.LogMessage(MessageImportance.High, "Packages: {0}", standIns.Length == 0
            ? "real"
            : $"stand-ins for {string.Join(", ", standIns)}, because {SourceNames} lacks {string.Join(", ", missing.OrderBy(package => package, StringComparer.Ordinal))}{(standIns.Length < families.Length ? "; the others are real" : "")}");
    }
}
