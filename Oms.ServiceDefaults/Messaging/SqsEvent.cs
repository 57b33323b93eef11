using System.Text.Json.Serialization;

namespace Oms.ServiceDefaults.Messaging;

/// <summary>The part of an SQS event that functions read (AWS Lambda developer guide, "Using Lambda with Amazon SQS").</summary>
internal sealed record SqsEvent
{
    [JsonPropertyName("Records")]
    public IReadOnlyList<SqsRecord>? Records { get; init; }
}

internal sealed record SqsRecord
{
    public required string MessageId { get; init; }

    public string? ReceiptHandle { get; init; }

    public required string Body { get; init; }

    public Dictionary<string, string>? Attributes { get; init; }

    public int Receives => Attributes is not null && int.TryParse(Attributes.GetValueOrDefault("ApproximateReceiveCount"), System.Globalization.CultureInfo.InvariantCulture, out var count) ? count : 1;
}

/// <summary>Partial batch response: what is named here is delivered again, the rest is done. Streams use the sequence number.</summary>
internal sealed record BatchResponse(IReadOnlyList<BatchItemFailure> BatchItemFailures);

internal sealed record BatchItemFailure(string ItemIdentifier);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SqsEvent))]
[JsonSerializable(typeof(BatchResponse))]
internal sealed partial class MessagingJson : JsonSerializerContext;
