using System.Text.Json;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.DynamoDb.Values;

/// <summary>Writes items and values in DynamoDB's JSON.</summary>
internal static class AttributeWriter
{
    public static void Item(Utf8JsonWriter json, string property, AttributeMap item)
    {
        json.WritePropertyName(property);
        Map(json, item);
    }

    public static void Map(Utf8JsonWriter json, AttributeMap map)
    {
        json.WriteStartObject();
        foreach (var (name, value) in map)
        {
            json.WritePropertyName(name);
            Value(json, value);
        }

        json.WriteEndObject();
    }

    public static JsonElement Element(AttributeMap map)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Options)) Map(json, map);
        using var document = AwsJson.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    /// <summary>What is not ASCII stays as it is.</summary>
    internal static JsonWriterOptions Options { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static void Value(Utf8JsonWriter json, AttributeValue value)
    {
        json.WriteStartObject();
        switch (value)
        {
            case TextValue text:
                json.WriteString("S"u8, text.Text);
                break;
            case NumberValue number:
                json.WriteString("N"u8, number.Text);
                break;
            case BinaryValue binary:
                json.WriteBase64String("B"u8, binary.Bytes);
                break;
            case BooleanValue boolean:
                json.WriteBoolean("BOOL"u8, boolean == BooleanValue.True);
                break;
            case NullValue:
                json.WriteBoolean("NULL"u8, true);
                break;
            case MapValue map:
                json.WritePropertyName("M"u8);
                Map(json, map.Attributes);
                break;
            case ListValue list:
                json.WriteStartArray("L"u8);
                foreach (var element in list.Elements) Value(json, element);
                json.WriteEndArray();
                break;
            case SetValue set:
                json.WriteStartArray(set.Type.ToString());
                foreach (var member in set.Members) Member(json, member);
                json.WriteEndArray();
                break;
            default:
                throw new NotSupportedException($"no JSON for {value.Type}");
        }

        json.WriteEndObject();
    }

    private static void Member(Utf8JsonWriter json, AttributeValue member)
    {
        if (member is BinaryValue binary) json.WriteBase64StringValue(binary.Bytes);
        else json.WriteStringValue(member is NumberValue number ? number.Text : ((TextValue)member).Text);
    }
}
