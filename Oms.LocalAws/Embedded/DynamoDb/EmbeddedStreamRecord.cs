using System.Text.Json;

namespace Oms.LocalAws.Embedded.DynamoDb;

/// <param name="SequenceNumber">Its place in the stream: 21 digits, ordered as text and as number.</param>
/// <param name="Record">The record as GetRecords gives it.</param>
public sealed record EmbeddedStreamRecord(string SequenceNumber, JsonElement Record);
