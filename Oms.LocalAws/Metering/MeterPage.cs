using System.Text.Json.Serialization;

namespace Oms.LocalAws.Metering;

/// <summary>What /local/meter shows: sums by function, and every call.</summary>
public sealed record MeterPage(
    bool On, decimal WriteUnits, decimal ReadUnits, IReadOnlyDictionary<string, decimal> WriteUnitsByFunction, IReadOnlyList<MeteredCall> Calls);

[JsonSerializable(typeof(MeterPage))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class MeterJson : JsonSerializerContext;
