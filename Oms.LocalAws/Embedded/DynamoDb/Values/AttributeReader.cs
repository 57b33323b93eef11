using System.Runtime.InteropServices;
using System.Text.Json;

namespace Oms.LocalAws.Embedded.DynamoDb.Values;

/// <summary>Reads DynamoDB's JSON of items and values, and refuses what DynamoDB refuses, in its words.</summary>
internal static class AttributeReader
{
    private const string Invalid = "One or more parameter values were invalid: ";
    private const string NoType = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
    private const string ManyTypes = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";

    private const string TooDeep = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

    /// <summary>A placeholder's value may be one level deeper than what may be stored: where it is, the update that stores it is refused.</summary>
    private const int MaxValueDepth = AttributeValue.MaxDepth + 1;

    /// <exception cref="DynamoDbException">It is no valid item.</exception>
    public static AttributeMap Item(JsonElement item) => Map(item, AttributeValue.MaxDepth);

    /// <summary>The value of a placeholder.</summary>
    /// <exception cref="DynamoDbException">It is no valid value.</exception>
    public static AttributeValue Value(JsonElement typed) => Value(typed, MaxValueDepth);

    /// <param name="map">Names and values.</param>
    /// <param name="room">So many lists and maps may still lie in each other.</param>
    private static AttributeMap Map(JsonElement map, int room)
    {
        if (map.ValueKind != JsonValueKind.Object) throw NotAMap(map.ValueKind);
        var attributes = new KeyValuePair<string, AttributeValue>[map.GetPropertyCount()];
        var at = 0;
        foreach (var attribute in map.EnumerateObject())
        {
            var name = Names.Of(attribute);
            if (name.Length == 0) throw DynamoDbException.Validation("Empty attribute name");
            attributes[at++] = new(name, Value(attribute.Value, room));
        }

        if (Twice(attributes) is { } twice) throw DynamoDbException.Serialization($"Duplicate attribute name: {twice}");
        return at == 0 ? AttributeMap.Empty : new(attributes);
    }

    /// <summary>A name that stands more than once.</summary>
    private static string? Twice(KeyValuePair<string, AttributeValue>[] attributes)
    {
        const int many = 24;
        if (attributes.Length >= many)
        {
            HashSet<string> seen = new(attributes.Length, StringComparer.Ordinal);
            foreach (var (name, _) in attributes)
                if (!seen.Add(name)) return name;
            return null;
        }

        for (var i = 1; i < attributes.Length; i++)
            for (var k = 0; k < i; k++)
                if (attributes[i].Key == attributes[k].Key) return attributes[i].Key;
        return null;
    }

    private static AttributeValue Value(JsonElement typed, int room)
    {
        if (typed.ValueKind != JsonValueKind.Object) throw NotAValue(typed.ValueKind);
        AttributeValue? found = null;
        foreach (var property in typed.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null) continue;
            var value = OfType(JsonMarshal.GetRawUtf8PropertyName(property), property.Value, room);
            if (value is null) continue;
            if (found is not null) throw DynamoDbException.Validation(ManyTypes);
            found = value;
        }

        return found ?? throw DynamoDbException.Validation(NoType);
    }

    /// <summary>Null where there is no such type: DynamoDB ignores what it does not know.</summary>
    private static AttributeValue? OfType(ReadOnlySpan<byte> type, JsonElement value, int room) => type switch
    {
        [(byte)'S'] => new TextValue(Text(value)),
        [(byte)'N'] => new NumberValue(Number.Parse(Text(value))),
        [(byte)'B'] => new BinaryValue(Bytes(value)),
        [(byte)'M' or (byte)'L'] when room == 0 => throw DynamoDbException.Validation(TooDeep),
        [(byte)'M'] => new MapValue(Map(value, room - 1)),
        [(byte)'L'] => new ListValue([.. Elements(value).Select(element => Value(element, room - 1))]),
        _ when type.SequenceEqual("BOOL"u8) => Boolean(value) ? BooleanValue.True : BooleanValue.False,
        _ when type.SequenceEqual("NULL"u8) => Boolean(value) ? NullValue.Instance : throw DynamoDbException.Validation(Invalid + "Null attribute value types must have the value of true"),
        _ when type.SequenceEqual("SS"u8) => Texts(value),
        _ when type.SequenceEqual("NS"u8) => Numbers(value),
        _ when type.SequenceEqual("BS"u8) => Binaries(value),
        _ => null,
    };

    private static SetValue Texts(JsonElement value)
    {
        string[] texts = [.. Elements(value).Select(Text)];
        if (texts.Length == 0) throw DynamoDbException.Validation(Invalid + "An string set  may not be empty");
        if (texts.Distinct().Count() < texts.Length) throw DynamoDbException.Validation($"{Invalid}Input collection [{string.Join(", ", texts)}] contains duplicates.");
        return new(texts.Select(static text => new TextValue(text)));
    }

    private static SetValue Numbers(JsonElement value)
    {
        NumberValue[] numbers = [.. Elements(value).Select(static element => new NumberValue(Number.Parse(Text(element))))];
        if (numbers.Length == 0) throw DynamoDbException.Validation(Invalid + "An number set  may not be empty");
        if (numbers.Distinct().Count() < numbers.Length) throw DynamoDbException.Validation("Input collection contains duplicates");
        return new(numbers);
    }

    private static SetValue Binaries(JsonElement value)
    {
        BinaryValue[] binaries = [.. Elements(value).Select(static element => new BinaryValue(Bytes(element)))];
        if (binaries.Length == 0) throw DynamoDbException.Validation(Invalid + "Binary sets should not be empty");
        if (binaries.Distinct().Count() < binaries.Length)
            throw DynamoDbException.Validation($"{Invalid}Input collection [{string.Join(", ", Elements(value).Select(Text))}]of type BS contains duplicates.");
        return new(binaries);
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw NotConvertible(value.ValueKind, "String");

    private static bool Boolean(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw NotConvertible(value.ValueKind, "Boolean"),
    };

    private static byte[] Bytes(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) throw DynamoDbException.Serialization("only base-64-encoded strings are convertible to bytes");
        return value.TryGetBytesFromBase64(out var bytes) ? bytes : throw DynamoDbException.Serialization("Invalid last non-pad Base64 character dectected");
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw DynamoDbException.Serialization("Unexpected field type");

    private static DynamoDbException NotAMap(JsonValueKind kind) => DynamoDbException.Serialization(
        kind == JsonValueKind.Array ? "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>" : "Unexpected field type");

    private static DynamoDbException NotAValue(JsonValueKind kind) => DynamoDbException.Serialization(
        kind == JsonValueKind.Array ? "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue" : "Unexpected value type in payload");

    internal static DynamoDbException NotConvertible(JsonValueKind kind, string type) => DynamoDbException.Serialization(kind switch
    {
        JsonValueKind.True => $"TRUE_VALUE cannot be converted to {type}",
        JsonValueKind.False => $"FALSE_VALUE cannot be converted to {type}",
        JsonValueKind.Number => $"NUMBER_VALUE cannot be converted to {type}",
        JsonValueKind.String => $"STRING_VALUE cannot be converted to {type}",
        JsonValueKind.Array => $"Unrecognized collection type class java.lang.{type}",
        _ => "Start of structure or map found where not expected",
    });
}
