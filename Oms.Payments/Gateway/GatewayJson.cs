using System.Text.Json.Serialization;

namespace Oms.Payments.Gateway;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(GatewayIntent))]
[JsonSerializable(typeof(GatewayIntentList))]
[JsonSerializable(typeof(GatewayErrorBody))]
internal sealed partial class GatewayJson : JsonSerializerContext;

internal sealed record GatewayIntent(string? Id, string? Status, GatewayError? LastPaymentError);

internal sealed record GatewayIntentList(List<GatewayIntent>? Data);

internal sealed record GatewayError(string? Type, string? Code, string? DeclineCode, GatewayIntent? PaymentIntent);

internal sealed record GatewayErrorBody(GatewayError? Error);
