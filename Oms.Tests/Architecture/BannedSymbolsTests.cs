using System.Reflection;
using Oms.LocalAws.Backends;

namespace Oms.Tests.Architecture;

/// <summary>The analyzer says nothing of a line that names no symbol, and nothing at all in a project that it is not told of.</summary>
public sealed class BannedSymbolsTests
{
    public static TheoryData<string> Lines => [.. File.ReadLines(Path.Combine(RepositoryFolder.Path, "BannedSymbols.txt"))];

    public static TheoryData<string> Shipped => [.. Rules.Services, "Oms.Contracts", "Oms.ServiceDefaults"];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_names_a_symbol_that_there_is(string line) => Assert.Contains(line.Split("; ")[0], DocumentationId.Around(line.Split("; ")[0]));

    [Fact]
    public void A_line_that_names_no_symbol_is_found_out()
    {
        foreach (var id in (string[])["T:System.Nothing", "P:System.DateTime.Later", "M:System.Threading.Tasks.Task.Run", "M:System.Threading.Tasks.Task.Run(System.Func{System.Int32})", "M:System.Random.#ctor(System.String)"])
        {
            Assert.DoesNotContain(id, DocumentationId.Around(id));
        }
    }

    /// <summary>Whatever way there is onto the thread pool, or to a time that nobody can set.</summary>
    [Theory]
    [InlineData(typeof(Task), "Run")]
    [InlineData(typeof(Task), "get_Factory")]
    [InlineData(typeof(ThreadPool), "QueueUserWorkItem")]
    [InlineData(typeof(ThreadPool), "UnsafeQueueUserWorkItem")]
    [InlineData(typeof(Parallel), "ForEachAsync")]
    [InlineData(typeof(Timer), ".ctor")]
    [InlineData(typeof(System.Diagnostics.Stopwatch), "GetTimestamp")]
    [InlineData(typeof(Environment), "get_TickCount64")]
    public void No_overload_is_left_out(Type type, string name)
    {
        var banned = File.ReadLines(Path.Combine(RepositoryFolder.Path, "BannedSymbols.txt")).Select(static line => line.Split("; ")[0]).ToHashSet(StringComparer.Ordinal);
        var overloads = type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance).Where(member => member.Name == name).OfType<MethodBase>().ToList();

        Assert.NotEmpty(overloads);
        Assert.All(overloads, overload => Assert.True(banned.Contains(DocumentationId.Of(type)) || banned.Contains(DocumentationId.Of(overload)), DocumentationId.Of(overload)));
    }

    /// <summary>What the compiler was last called with.</summary>
    [Theory]
    [MemberData(nameof(Shipped))]
    public void What_ships_is_compiled_with_the_list_and_with_the_analyzer_that_reads_it(string project)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var command = File.ReadAllLines(Path.Combine(RepositoryFolder.Path, project, "obj", configuration, "net10.0", "compiler.rsp"));

        Assert.Contains(command, static argument => argument.StartsWith("/additionalfile:", StringComparison.Ordinal) && argument.TrimEnd('"').EndsWith("BannedSymbols.txt", StringComparison.Ordinal));
        Assert.Contains(command, static argument => argument.StartsWith("/analyzer:", StringComparison.Ordinal) && argument.Contains("BannedApiAnalyzers", StringComparison.Ordinal));
        Assert.DoesNotContain(command, static argument => argument.StartsWith("/nowarn:", StringComparison.Ordinal) && argument.Contains("RS0030", StringComparison.Ordinal));
    }
}
