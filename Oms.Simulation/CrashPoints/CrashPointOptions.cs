using System.Globalization;
using System.Text.RegularExpressions;

namespace Oms.Simulation.CrashPoints;

/// <summary>The command line behind "crash-points".</summary>
internal sealed partial record CrashPointOptions
{
    public int Threads { get; init; } = 2;

    /// <summary>Also pairs, for at most so many minutes; null: no pairs.</summary>
    public int? PairMinutes { get; init; }

    /// <summary>Where the result is written as JSON.</summary>
    public string? Report { get; init; }

    /// <summary>With the plays that last too long for every run of the tests.</summary>
    public bool Long { get; init; }

    /// <summary>Replay this run and print its trace: "17b" is before point 17, "17b,3a" after that the point that comes third afterwards. Play and crashes by number.</summary>
    public string? Run { get; init; }

    /// <summary>The point of <see cref="Run"/>'s first crash: what comes after it need not be known.</summary>
    public int? FirstOfRun => Run is { } run && int.TryParse(run.AsSpan(0, run.AsSpan().IndexOfAny('a', 'b')), NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first : null;

    /// <summary>A patch that is applied to a copy of what ships; that copy is run.</summary>
    public string? Bug { get; init; }

    /// <returns>Null where the command makes no sense.</returns>
    public static CrashPointOptions? Parse(IReadOnlyList<string> args)
    {
        var options = new CrashPointOptions();
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : "";
            var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
            switch (args[i])
            {
                case "--report" when value.Length > 0:
                    options = options with { Report = value };
                    break;
                case "--bug" when value.Length > 0:
                    options = options with { Bug = value };
                    break;
                case "--run" when Runs().IsMatch(value):
                    options = options with { Run = value };
                    break;
                case "--long" when value is "yes" or "no":
                    options = options with { Long = value == "yes" };
                    break;
                case "--threads" when number is > 0 and <= 64:
                    options = options with { Threads = number };
                    break;
                case "--pairs" when number > 0:
                    options = options with { PairMinutes = number };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }

    /// <summary>As they are written behind "crash-points", without the bug.</summary>
    public IEnumerable<string> Arguments =>
    [
        "--threads", Threads.ToString(CultureInfo.InvariantCulture),
        "--long", Long ? "yes" : "no",
        .. PairMinutes is { } minutes ? ["--pairs", minutes.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        .. Report is { } file ? ["--report", Path.GetFullPath(file)] : Array.Empty<string>(),
        .. Run is { } run ? ["--run", run] : Array.Empty<string>(),
    ];

    [GeneratedRegex("^[1-9][0-9]{0,8}[ab](,[1-9][0-9]{0,8}[ab])*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Runs();
}
