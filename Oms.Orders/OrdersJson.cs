using System.Text.Json.Serialization;

namespace Oms.Orders;

/// <summary>The wire form of answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Acceptance))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(TimelineView))]
internal sealed partial class OrdersJson : JsonSerializerContext;
