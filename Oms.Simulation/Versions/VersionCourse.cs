using Oms.Simulation.Schedule;

namespace Oms.Simulation.Versions;

/// <summary>
/// Which version takes the next invocation of a function: a roll-out (the older, then either, then the newer), a roll-back, both and then the roll-out again,
/// or either for as long as the run lasts, as behind an alias with weights. Functions change one after another, each for itself.
/// </summary>
internal sealed class VersionCourse
{
    /// <summary>Most business is over by then.</summary>
    private static readonly TimeSpan LatestBegin = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestChange = TimeSpan.FromMinutes(10);

    /// <summary>Longer than a message is tried.</summary>
    private static readonly TimeSpan LongestBack = TimeSpan.FromHours(1);

    private readonly ulong _seed;
    private readonly double? _always;
    private readonly double _share;
    private readonly DateTimeOffset _begin;
    private readonly DateTimeOffset _back;
    private readonly DateTimeOffset _again;
    private readonly Dictionary<string, (Dice Dice, DateTimeOffset From, DateTimeOffset Until)> _functions = new(StringComparer.Ordinal);

    /// <param name="always">How often the newer one takes an invocation, in place of what the seed draws.</param>
    public VersionCourse(ulong seed, DateTimeOffset start, double? always)
    {
        var dice = new Dice(seed, "versions");
        _seed = seed;
        _always = always;
        _share = 0.1 + (0.8 * dice.NextDouble());
        _begin = start + dice.Between(TimeSpan.Zero, LatestBegin);
        _back = _begin + (LongestChange * 1.25) + dice.Between(TimeSpan.Zero, LongestChange);
        _again = _back + dice.Between(TimeSpan.Zero, LongestBack);
        Kind = dice.NextDouble() switch { _ when always is not null => "as asked", < 0.25 => "roll-out", < 0.5 => "roll-back", < 0.75 => "roll-out twice", _ => "mixed" };
    }

    public string Kind { get; }

    /// <summary>Thrown for every invocation.</summary>
    public bool TakesNewer(string function, DateTimeOffset now)
    {
        if (!_functions.TryGetValue(function, out var own))
        {
            var dice = new Dice(_seed, "versions " + function);
            var from = _begin + dice.Between(TimeSpan.Zero, LongestChange / 4);
            own = _functions[function] = (dice, from, from + dice.Between(TimeSpan.Zero, LongestChange));
        }

        var (before, after) = Kind switch
        {
            "roll-out" => (0.0, 1.0),
            "roll-back" => (1.0, 0.0),
            "roll-out twice" => (0.0, now >= _back && now < _again ? 0.0 : 1.0),
            _ => (_share, _share),
        };
        return own.Dice.Chance(_always ?? (now < own.From ? before : now < own.Until ? _share : after));
    }
}
