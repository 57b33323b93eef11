using System.Collections.Immutable;
using System.Globalization;
using Oms.Simulation.Faults;
using Oms.Simulation.Versions;

namespace Oms.Simulation;

/// <summary>What makes a run another one than its seed draws: all orders, or faults, but the first so many are left out (null: none), and rates of faults are given.</summary>
internal sealed record Limits(int? Orders = null, int? Faults = null)
{
    private static readonly ImmutableSortedDictionary<string, double> AsDrawn = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    public static readonly Limits None = new();

    /// <summary>How often a fault or mishap of this name happens (0 to 1) where it may, in place of what the seed draws.</summary>
    public ImmutableSortedDictionary<string, double> Rates { get; init; } = AsDrawn;

    /// <summary>A second version of the services, some of whose processes run beside the others.</summary>
    public OtherVersion? Beside { get; init; }

    /// <summary>As they are written behind a command.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        .. Orders is { } orders ? ["--orders", orders.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        .. Faults is { } faults ? ["--faults", faults.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        .. Beside is { } beside ? ["--beside", beside.Name] : Array.Empty<string>(),
        .. Rates.SelectMany(static rate => (string[])["--rate", string.Create(CultureInfo.InvariantCulture, $"{rate.Key}={rate.Value}")]),
    ];

    /// <param name="rate">"Freeze=0.2".</param>
    /// <returns>Null where there is no fault or mishap of that name, or that is no rate.</returns>
    public Limits? WithRate(string rate)
    {
        var parts = rate.Split('=');
        return parts.Length == 2 && FaultRates.Names.Contains(parts[0], StringComparer.Ordinal) && double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var often) && often is >= 0 and <= 1
            ? this with { Rates = Rates.SetItem(parts[0], often) }
            : null;
    }
}
