using System.Text.Json.Serialization;

namespace Oms.Contracts;

/// <summary>The wire form of events. Unknown properties are ignored (a newer sender), missing required ones and duplicates are errors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(OrderEvent))]
[JsonSerializable(typeof(StockEvent))]
[JsonSerializable(typeof(PaymentEvent))]
[JsonSerializable(typeof(DueMessage))]
public sealed partial class ContractsJson : JsonSerializerContext;
