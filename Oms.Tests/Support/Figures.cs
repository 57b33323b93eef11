using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Oms.LocalAws.Backends;

[assembly: AssemblyFixture(typeof(Oms.Tests.Support.Figures))]

namespace Oms.Tests.Support;

/// <summary>Numbers that tests have reached (duration: seconds), written to artifacts/test-results/figures.json when the run ends: the runner hides what passing tests print.</summary>
public sealed class Figures : IDisposable
{
    private static readonly ConcurrentDictionary<string, object> Reached = new(StringComparer.Ordinal);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    internal static void Record(string name, double value, string required, TimeSpan duration, ulong? seed = null) =>
        Reached[name] = new { name, value, required, seed = seed?.ToString(CultureInfo.InvariantCulture), duration = Math.Round(duration.TotalSeconds, 3) };

    public void Dispose()
    {
        if (Reached.IsEmpty)
        {
            return;
        }

        var folder = Directory.CreateDirectory(Path.Combine(RepositoryFolder.Artifacts, "test-results"));
        File.WriteAllText(Path.Combine(folder.FullName, "figures.json"), JsonSerializer.Serialize(Reached.OrderBy(static figure => figure.Key, StringComparer.Ordinal).Select(static figure => figure.Value), Indented) + "\n");
    }
}
