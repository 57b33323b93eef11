using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace Oms.ServiceDefaults.Store;

/// <summary>Reads DynamoDB's JSON form of items, as stream records carry it (Amazon DynamoDB, "AttributeValue").</summary>
public static class AttributeJson
{
    /// <exception cref="FormatException">An attribute has a type that does not exist.</exception>
    public static Dictionary<string, AttributeValue> Read(JsonElement item) =>
        item.EnumerateObject().ToDictionary(static property => property.Name, static property => ReadValue(property.Value), StringComparer.Ordinal);

    private static AttributeValue ReadValue(JsonElement typed)
    {
        var property = typed.EnumerateObject().Single();
        return property.Name switch
        {
            "S" => new AttributeValue { S = property.Value.GetString() },
            "N" => new AttributeValue { N = property.Value.GetString() },
            "BOOL" => new AttributeValue { BOOL = property.Value.GetBoolean() },
            "NULL" => new AttributeValue { NULL = true },
            "B" => new AttributeValue { B = new MemoryStream(property.Value.GetBytesFromBase64()) },
            "M" => new AttributeValue { M = Read(property.Value) },
            "L" => new AttributeValue { L = [.. property.Value.EnumerateArray().Select(ReadValue)] },
            "SS" => new AttributeValue { SS = [.. property.Value.EnumerateArray().Select(static text => text.GetString()!)] },
            "NS" => new AttributeValue { NS = [.. property.Value.EnumerateArray().Select(static text => text.GetString()!)] },
            "BS" => new AttributeValue { BS = [.. property.Value.EnumerateArray().Select(static text => new MemoryStream(text.GetBytesFromBase64()))] },
            _ => throw new FormatException($"{property.Name} is not a DynamoDB attribute type"),
        };
    }
}
