using System.Text.RegularExpressions;
using Oms.LocalAws.Backends;
using Oms.Simulation;
using Oms.Simulation.CrashPoints;

namespace Oms.Tests.Docs;

/// <summary>The commands and the trace of docs/simulation.md are the simulation's.</summary>
public sealed partial class SimulationDocTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryFolder.Path, "docs", "simulation.md"));

    [Fact]
    public void Every_command_is_one_that_the_simulation_understands()
    {
        var commands = Command().Matches(Text);
        Assert.True(commands.Count >= 5, "there are hardly any commands in the document");
        foreach (Match command in commands)
        {
            string[] arguments = command.Groups["arguments"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var isUnderstood = arguments is ["crash-points", .. var rest] ? CrashPointOptions.Parse(rest) is not null : Options.Parse(arguments, command.Groups["seed"].Value) is not null;
            Assert.True(isUnderstood, command.Value);
        }
    }

    [Fact]
    public void The_lines_of_the_trace_look_as_the_simulation_writes_them()
    {
        var lines = Block("trace").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line != "…").ToList();
        Assert.True(lines.Count > 10, "the trace is missing");
        Assert.All(lines, static line => Assert.Matches(TraceLine(), line));
        Assert.Contains(lines, static line => line.Contains("CHECK", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_invariant_is_told_with_how_it_is_checked() =>
        Assert.Equal(Enumerable.Range(1, 15).Select(static number => $"{number}"), InvariantRow().Matches(Text).Select(static row => row.Groups["number"].Value));

    private static string Block(string language) => Text.Split($"```{language}\n")[1].Split("```")[0];

    [GeneratedRegex(@"(OMS_SEED=(?<seed>\d+) )?dotnet run --project Oms\.Simulation(?<dashes> --(?<arguments> [^\n#`]*)?)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Command();

    [GeneratedRegex(@"^\d+\.\d\d:\d\d:\d\d\.\d{4} \S+ +\S.*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TraceLine();

    [GeneratedRegex(@"^\| (?<number>\d+) \|", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InvariantRow();
}
