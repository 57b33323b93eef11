using System.Reflection;
using System.Runtime.Loader;

namespace Oms.Simulation.Bugs;

/// <summary>
/// What ships, and this program, loaded once more from another folder (by their bytes: the folder can go before the program does); everything else is shared,
/// and need not be compiled again. Whatever is named Oms and ships is another type on that side.
/// </summary>
/// <remarks>It is named after its folder, by which the code on that side knows where it is from.</remarks>
internal sealed class SecondLoad : AssemblyLoadContext
{
    private SecondLoad(string folder)
        : base(folder)
    {
    }

    /// <summary>The folder of this program and of what ships, as this code was loaded: the output folder, or that of a second load.</summary>
    public static string Here => Program.Location is { Length: > 0 } file ? Path.GetDirectoryName(file)! : GetLoadContext(Program)!.Name!;

    /// <summary>Debug or Release.</summary>
    public static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static Assembly Program => typeof(SecondLoad).Assembly;

    /// <summary>This program, on that side.</summary>
    public static Assembly From(string folder) => new SecondLoad(folder).LoadFromAssemblyName(Program.GetName());

    /// <summary>Copies what <see cref="From"/> loads, to have some of it replaced.</summary>
    public static void Copy(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var assembly in PatchedSources.Projects.Append(Program.GetName().Name!))
        {
            File.Copy(Path.Combine(Here, assembly + ".dll"), Path.Combine(folder, assembly + ".dll"));
        }
    }

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name is { } name && (name == Program.GetName().Name || PatchedSources.Projects.Contains(name, StringComparer.Ordinal))
            ? LoadFromStream(new MemoryStream(File.ReadAllBytes(Path.Combine(Name!, name + ".dll"))))
            : null;
}
