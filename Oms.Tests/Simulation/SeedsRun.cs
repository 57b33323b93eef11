using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Oms.Tests.Simulation;
using Oms.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(SeedsRun.Order))]

namespace Oms.Tests.Simulation;

/// <summary>The seeds of one run of the tests: they take what all the other tests leave of the processors, from the first test on, and are looked at when those are through.</summary>
internal static class SeedsRun
{
    private const int Usual = 2000;

    private static readonly Lazy<Task<(int ExitCode, string Output, JsonElement Report)>> Running = new(static () => SimulationProgram.ReportAsync(
        ["--seeds", Seeds.ToString(CultureInfo.InvariantCulture)], LongLife.Environment, ProcessPriorityClass.Idle));

    /// <summary>OMS_SIMULATION_SEEDS sets how many.</summary>
    public static int Seeds { get; } = int.TryParse(Environment.GetEnvironmentVariable("OMS_SIMULATION_SEEDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : Usual;

    /// <summary>Whether these are enough to reach everything that there is to reach.</summary>
    public static bool IsUsual => Seeds >= Usual;

    public static Task<(int ExitCode, string Output, JsonElement Report)> EndAsync() => Running.Value;

    /// <summary>
    /// Any order, but begins the seeds when they are among what is to be run, and has them looked at last. What is observed comes first of what runs alone: it waits
    /// a good part of a minute for messages to come again, of which the seeds can make something as long as they run.
    /// </summary>
    public sealed class Order : ITestCollectionOrderer
    {
        public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
            where TTestCollection : ITestCollection
        {
            var ordered = DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections);
            if (!ordered.Any(IsLast))
            {
                return ordered;
            }

            _ = Running.Value;
            return [.. ordered.OrderBy(Rank)];
        }

        private static bool IsLast<TTestCollection>(TTestCollection collection)
            where TTestCollection : ITestCollection => Rank(collection) == 2;

        private static int Rank<TTestCollection>(TTestCollection collection)
            where TTestCollection : ITestCollection => collection.TestCollectionDisplayName switch { nameof(Observed) => 0, nameof(SeedsLast) => 2, _ => 1 };
    }
}

/// <summary>When everything else is through.</summary>
[CollectionDefinition(nameof(SeedsLast), DisableParallelization = true)]
public sealed class SeedsLast;
