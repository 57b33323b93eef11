using System.Buffers;
using System.Text.Json;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>Answers of SQS in the AWS JSON 1.0 protocol.</summary>
internal static class SqsAnswer
{
    public const string ContentType = "application/x-amz-json-1.0";

    public static AwsAnswer Empty { get; } = Of(_ => { });

    public static AwsAnswer Of(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        return new(200, ContentType, buffer.WrittenMemory);
    }

    public static void Array<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> item)
    {
        json.WriteStartArray(name);
        foreach (var one in items) item(json, one);
        json.WriteEndArray();
    }

    public static void Map(this Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> entries)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in entries) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
