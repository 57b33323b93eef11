using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Oms.LocalAws.Embedded.DynamoDb;
using Oms.LocalAws.Embedded.Messaging;

namespace Oms.LocalAws.Embedded.Durability;

/// <summary>All state of the engines, which stands for the calls that led to it.</summary>
internal sealed record EmbeddedState(DynamoDbSnapshot DynamoDb, MessagingSnapshot Messaging)
{
    private static readonly EmbeddedStateJson Json = new(new JsonSerializerOptions
    {
        IgnoreReadOnlyProperties = true,
        // More than an item of a request, which AwsJson lets be 128 deep, and what stands around it here.
        MaxDepth = 256,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static byte[] Of(EngineSet engines) =>
        JsonSerializer.SerializeToUtf8Bytes(new EmbeddedState(engines.DynamoDb.Save(), engines.Messaging.Save()), Json.EmbeddedState);

    /// <summary>Into engines that have no state yet, at the time on their clock.</summary>
    public static void Restore(ReadOnlySpan<byte> state, EngineSet engines)
    {
        var saved = JsonSerializer.Deserialize(state, Json.EmbeddedState)!;
        engines.DynamoDb.Restore(saved.DynamoDb);
        engines.Messaging.Restore(saved.Messaging);
    }
}

[JsonSerializable(typeof(EmbeddedState))]
internal sealed partial class EmbeddedStateJson : JsonSerializerContext;
