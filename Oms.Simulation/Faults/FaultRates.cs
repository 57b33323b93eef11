using Oms.Simulation.Schedule;

namespace Oms.Simulation.Faults;

/// <summary>How often things go wrong in one run. Each seed draws its own: some runs are calm, some are brutal, and most leave some faults out altogether.</summary>
internal sealed class FaultRates
{
    private readonly Dictionary<Fault, double> _calls = [];
    private readonly Dictionary<Mishap, double> _mishaps = [];

    private FaultRates()
    {
    }

    /// <summary>How wrong a process's clock may be, either way.</summary>
    public TimeSpan LargestSkew { get; private init; }

    /// <summary>Most requests for money are late, by up to an hour and a half: when they arrive their order has ended, and the money must go back.</summary>
    public bool ArrivesMuchLater { get; private init; }

    /// <summary>Where two versions run at once: how often the newer one takes an invocation; null: as the run's course says.</summary>
    public double? NewerCode { get; private set; }

    /// <summary>What can go wrong, by name.</summary>
    public static IEnumerable<string> Names => Enum.GetNames<Fault>().Where(static name => name != nameof(Fault.None)).Concat(Enum.GetNames<Mishap>()).Append(nameof(NewerCode));

    /// <param name="dice">The seed's.</param>
    /// <param name="isSale">Messages are told together, received in small batches and more than once, so that several processes change the same rows at the same time.</param>
    /// <param name="asked">By name, in place of what the dice say.</param>
    public static FaultRates Draw(Dice dice, bool isSale, IReadOnlyDictionary<string, double> asked)
    {
        var intensity = dice.NextDouble() switch
        {
            < 0.15 => 0.0,
            < 0.45 => 0.3,
            < 0.85 => 1.0,
            _ => 3.0,
        };
        var rates = new FaultRates
        {
            ArrivesMuchLater = dice.Chance(0.06),
            LargestSkew = dice.NextDouble() switch { < 0.5 => TimeSpan.Zero, < 0.75 => TimeSpan.FromSeconds(2), < 0.9 => TimeSpan.FromSeconds(45), _ => TimeSpan.FromMinutes(5) },
        };
        foreach (var fault in Enum.GetValues<Fault>().Where(static fault => fault != Fault.None))
        {
            rates._calls[fault] = dice.Chance(0.3) ? 0 : intensity * dice.NextDouble() * Usual(fault);
        }

        foreach (var mishap in Enum.GetValues<Mishap>())
        {
            rates._mishaps[mishap] = dice.Chance(0.3) ? 0 : Math.Min(0.7, intensity * dice.NextDouble() * Usual(mishap));
        }

        if (dice.Chance(0.1))
        {
            // Processes that sleep past their leases and time-outs, and wake up.
            rates._calls[Fault.Freeze] = 0.06;
        }

        if (isSale)
        {
            rates._mishaps[Mishap.Split] = 0.9;
            rates._mishaps[Mishap.Duplicate] = 0.3;
        }

        rates._mishaps[Mishap.Skew] = rates.LargestSkew > TimeSpan.Zero ? 1 : 0;
        foreach (var (name, often) in asked)
        {
            if (name == nameof(NewerCode))
            {
                rates.NewerCode = often;
            }
            else if (Enum.TryParse<Fault>(name, out var fault))
            {
                rates._calls[fault] = often;
            }
            else
            {
                rates._mishaps[Enum.Parse<Mishap>(name)] = often;
            }
        }

        return rates;
    }

    public double Of(Fault fault) => _calls.GetValueOrDefault(fault);

    public double Of(Mishap mishap) => _mishaps.GetValueOrDefault(mishap);

    private static double Usual(Fault fault) => fault switch
    {
        Fault.Conflict => 0.05,
        Fault.Partial => 0.08,
        Fault.Down => 0.01,
        Fault.Freeze or Fault.CrashBefore or Fault.CrashAfter => 0.02,
        _ => 0.015,
    };

    private static double Usual(Mishap mishap) => mishap switch
    {
        Mishap.Duplicate or Mishap.Reorder or Mishap.Split => 0.3,
        Mishap.Poison => 0.06,
        Mishap.Stall => 0.04,
        Mishap.DeliveryRefused => 0.01,
        Mishap.NotDeleted or Mishap.ReRead or Mishap.Recycle => 0.08,
        _ => 0.12,
    };
}
