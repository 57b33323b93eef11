using System.Globalization;

namespace Oms.Simulation;

/// <summary>The command line.</summary>
internal sealed record Options
{
    /// <summary>Replay this one and print its trace.</summary>
    public ulong? Seed { get; init; }

    public ulong From { get; init; } = 1;

    /// <summary>How many; where nothing is said, 200, and 500 with a bug.</summary>
    public int Seeds { get => field > 0 ? field : Bugs.Count == 0 && First is null ? 200 : 500; init; }

    public int Threads { get; init; } = 2;

    public Limits Limits { get; init; } = Limits.None;

    /// <summary>Patches, each of which is applied to a copy of what ships; that copy is run.</summary>
    public IReadOnlyList<string> Bugs { get; init; } = [];

    /// <summary>A patch or a revision: a second version of what ships, some of whose processes run beside the others.</summary>
    public string? Beside { get; init; }

    /// <summary>The folder into which that was built already; for those who run it more than once.</summary>
    public string? Built { get; init; }

    /// <summary>Leaves out every clause of every condition in turn.</summary>
    public bool Clauses { get; init; }

    /// <summary>Clauses of which it is known that nothing depends on them.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>Ends with the first seed that breaks an invariant; the name of the bug is for the command that replays it.</summary>
    public string? First { get; init; }

    /// <summary>Where the counts are written as JSON.</summary>
    public string? Report { get; init; }

    /// <returns>Null where the command makes no sense.</returns>
    public static Options? Parse(IReadOnlyList<string> args, string? seed)
    {
        var options = new Options();
        if (seed is { Length: > 0 })
        {
            if (!ulong.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out var given))
            {
                return null;
            }

            options = options with { Seed = given };
        }

        for (var i = 0; i < args.Count; i += 2)
        {
            if (i + 1 == args.Count || With(options, args[i], args[i + 1]) is not { } next)
            {
                return null;
            }

            options = next;
        }

        return options is { Clauses: true, Beside: not null } || (options.Bugs.Count > 1 && (options.Seed is not null || options.Beside is not null)) ? null : options;
    }

    private static Options? With(Options options, string name, string value)
    {
        switch (name)
        {
            case "--report":
                return options with { Report = value };
            case "--bug":
                return options with { Bugs = [.. options.Bugs, value] };
            case "--beside":
                return options with { Beside = value };
            case "--built":
                return options with { Built = value };
            case "--skip":
                return options with { Skipped = [.. options.Skipped, value] };
            case "--rate":
                return options.Limits.WithRate(value) is { } limits ? options with { Limits = limits } : null;
            case "--first":
                return options with { First = value };
            default:
                break;
        }

        if (!ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return name switch
        {
            "--seed" => options with { Seed = number },
            "--clauses" when number is > 0 and <= int.MaxValue => options with { Clauses = true, Seeds = (int)number },
            "--from" => options with { From = number },
            "--seeds" when number is > 0 and <= int.MaxValue => options with { Seeds = (int)number },
            "--threads" when number is > 0 and <= 64 => options with { Threads = (int)number },
            "--orders" when number <= 1000 => options with { Limits = options.Limits with { Orders = (int)number } },
            "--faults" when number <= 1_000_000 => options with { Limits = options.Limits with { Faults = (int)number } },
            _ => null,
        };
    }
}
