using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.Extensions.Logging;
using Oms.Simulation.Bugs;

namespace Oms.Simulation.Versions;

/// <summary>A second version of what ships, loaded beside the one that this program was built with. Nothing in it belongs to a run, so that all runs of a process share it.</summary>
internal sealed class OtherVersion
{
    private readonly MethodInfo _open;

    private OtherVersion(string name, bool isNewer, MethodInfo open, IReadOnlySet<string> newerNames)
    {
        Name = name;
        IsNewer = isNewer;
        _open = open;
        NewerNames = newerNames;
    }

    /// <summary>As it is named behind a command: a patch, or a revision.</summary>
    public string Name { get; }

    /// <summary>A patch is the release that comes next; a revision is what was released before.</summary>
    public bool IsNewer { get; }

    /// <summary>Texts that stand in the newer code and nowhere in the older: names of attributes that only the newer one can have written are among them.</summary>
    public IReadOnlySet<string> NewerNames { get; }

    /// <param name="name">As it is named behind a command.</param>
    /// <param name="built">The folder into which it was built.</param>
    /// <param name="isNewer">It comes after the version that this program was built with.</param>
    public static OtherVersion Load(string name, string built, bool isNewer)
    {
        var entry = SecondLoad.From(built).GetType(typeof(VersionEntry).FullName!, throwOnError: true)!;
        var (newer, older) = isNewer ? (built, SecondLoad.Here) : (SecondLoad.Here, built);
        var names = PatchedSources.Projects.SelectMany(project => TextsIn(Path.Combine(newer, project + ".dll"))).ToHashSet(StringComparer.Ordinal);
        names.ExceptWith(PatchedSources.Projects.SelectMany(project => TextsIn(Path.Combine(older, project + ".dll"))));
        return new OtherVersion(name, isNewer, entry.GetMethod(nameof(VersionEntry.Open))!, names);
    }

    /// <inheritdoc cref="VersionEntry.Open"/>
    public (Func<string, IReadOnlyDictionary<string, string>, TimeProvider, Random, Func<HttpMessageHandler>, Func<Stream, string, CancellationToken, Task<Stream>>> Start, IAsyncDisposable Telemetry) Open(ILoggerFactory logs) =>
        ((Func<string, IReadOnlyDictionary<string, string>, TimeProvider, Random, Func<HttpMessageHandler>, Func<Stream, string, CancellationToken, Task<Stream>>>, IAsyncDisposable))_open.Invoke(null, [logs])!;

    /// <summary>Every text that stands in the code (ECMA-335, partition II, 24.2.4).</summary>
    private static IEnumerable<string> TextsIn(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var code = file.GetMetadataReader();
        for (var text = MetadataTokens.UserStringHandle(1); !text.IsNil; text = code.GetNextHandle(text))
        {
            yield return code.GetUserString(text);
        }
    }
}
