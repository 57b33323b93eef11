using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Oms.Cloud;

// dotnet run --project Oms.Cloud              writes what the code says
// dotnet run --project Oms.Cloud -- --check   fails when the committed files say something else
if (args is not ([] or ["--check"]))
{
    await Console.Error.WriteLineAsync("Usage: dotnet run --project Oms.Cloud [-- --check]");
    return 2;
}

if (!HasNode())
{
    await Console.Error.WriteLineAsync("The CDK runs on Node: install Node 20 or later (https://nodejs.org).");
    return 2;
}

var folder = Path.GetDirectoryName(ThisFile())!;
var root = Path.GetDirectoryName(folder)!;
(string Path, string Content)[] files =
[
    (Path.Combine(folder, "oms.template.json"), Template.Synthesise()),
    (Path.Combine(root, "docs", "architecture.svg"), Picture.Draw()),
];
var stale = files.Where(file => !File.Exists(file.Path) || File.ReadAllText(file.Path) != file.Content).ToArray();
foreach (var file in stale)
{
    var name = Path.GetRelativePath(root, file.Path);
    if (args is ["--check"])
    {
        await Console.Error.WriteLineAsync($"{name} is not what Oms.Cloud says. Run `dotnet run --project Oms.Cloud` and commit the result.");
    }
    else
    {
        await File.WriteAllTextAsync(file.Path, file.Content);
        await Console.Out.WriteLineAsync($"{name} written");
    }
}

return args is ["--check"] && stale.Length > 0 ? 1 : 0;

static string ThisFile([CallerFilePath] string path = "") => path;

static bool HasNode()
{
    try
    {
        using var node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true, UseShellExecute = false })!;
        node.WaitForExit();
        return node.ExitCode == 0;
    }
    catch (Win32Exception)
    {
        return false; // this is how .NET says that there is no such program
    }
}
