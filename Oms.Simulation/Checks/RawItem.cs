using System.Globalization;
using System.Text.Json;

namespace Oms.Simulation.Checks;

/// <summary>An item as it lies in its table, in DynamoDB's JSON. The checks read it by themselves: what the services' own readers get wrong must not go wrong here too.</summary>
internal readonly struct RawItem(JsonElement item)
{
    public string Partition => Text("pk")!;

    public string Sort => Text("sk")!;

    public bool Has(string name) => item.TryGetProperty(name, out _);

    /// <summary>An attribute as it stands there.</summary>
    public string? Raw(string name) => item.TryGetProperty(name, out var value) ? value.GetRawText() : null;

    public string? Text(string name) => item.TryGetProperty(name, out var value) && value.TryGetProperty("S", out var text) ? text.GetString() : null;

    public long Whole(string name) => (long)(Number(name) ?? throw new FormatException($"{Partition} {Sort} has no number {name}"));

    public decimal? Number(string name) => item.TryGetProperty(name, out var value) && value.TryGetProperty("N", out var number) ? decimal.Parse(number.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

    /// <summary>The texts and numbers of a list.</summary>
    public IReadOnlyList<string> List(string name) => item.TryGetProperty(name, out var value) && value.TryGetProperty("L", out var list)
        ? [.. list.EnumerateArray().Select(static entry => entry.TryGetProperty("S", out var text) ? text.GetString()! : entry.GetProperty("N").GetString()!)]
        : [];

    /// <summary>A map in it.</summary>
    public RawItem? Part(string name) => item.TryGetProperty(name, out var value) && value.TryGetProperty("M", out var map) ? new RawItem(map) : null;

    public override string ToString() => item.ToString();
}
