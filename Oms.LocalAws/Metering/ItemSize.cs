using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Metering;

/// <summary>Bytes of an item in DynamoDB JSON, as DynamoDB counts them.</summary>
internal static class ItemSize
{
    public static int Of(JsonElement item) => AttributeReader.Item(item).Size;
}
