using System.Buffers;
using System.Text.Json;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.EventSources;

/// <summary>
/// One record of a table's stream, as the function gets it: what GetRecords gives, plus where it came from.
/// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
/// </summary>
internal sealed record StreamRecord(string SequenceNumber, DateTimeOffset CreatedAt, JsonElement Record)
{
    private static readonly string[] Rewritten = ["awsRegion", "eventSource", "eventSourceARN"];

    public static StreamRecord Of(JsonElement record, string streamArn)
    {
        var change = record.GetProperty("dynamodb");
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var property in record.EnumerateObject())
                if (!Rewritten.Contains(property.Name)) property.WriteTo(json);
            json.WriteString("eventSource", "aws:dynamodb");
            json.WriteString("awsRegion", LocalTemplate.Region);
            json.WriteString("eventSourceARN", streamArn);
            json.WriteEndObject();
        }

        using var whole = AwsJson.Parse(buffer.WrittenMemory);
        var created = change.TryGetProperty("ApproximateCreationDateTime", out var at) ? DateTimeOffset.UnixEpoch.AddSeconds(at.GetDouble()) : DateTimeOffset.MaxValue;
        return new(change.GetProperty(nameof(SequenceNumber)).GetString()!, created, whole.RootElement.Clone());
    }

    public int Bytes => Record.GetRawText().Length;

    public static ReadOnlyMemory<byte> Event(IEnumerable<StreamRecord> records)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("Records");
            foreach (var record in records) record.Record.WriteTo(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
