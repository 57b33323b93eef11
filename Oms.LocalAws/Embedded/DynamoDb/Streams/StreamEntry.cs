using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Embedded.DynamoDb.Streams;

/// <summary>One change of an item as a stream keeps it.</summary>
/// <param name="ByTimeToLive">DynamoDB itself deleted the item because its time was over.</param>
internal sealed record StreamEntry(long Sequence, DateTimeOffset At, AttributeMap Keys, AttributeMap? Before, AttributeMap? After, bool ByTimeToLive)
{
    /// <summary>As long as AWS's shortest, so that texts have the order of the numbers.</summary>
    public static string Text(long sequence) => sequence.ToString("D21", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The record as GetRecords gives it: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html</summary>
    public void Write(Utf8JsonWriter json, string viewType)
    {
        var image = viewType is "NEW_IMAGE" or "NEW_AND_OLD_IMAGES" ? After : null;
        var old = viewType is "OLD_IMAGE" or "NEW_AND_OLD_IMAGES" ? Before : null;
        json.WriteStartObject();
        json.WriteString("eventID", Sequence.ToString("x32", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("eventName", After is null ? "REMOVE" : Before is null ? "INSERT" : "MODIFY");
        json.WriteString("eventVersion", "1.1");
        json.WriteString("eventSource", "aws:dynamodb");
        json.WriteString("awsRegion", LocalTemplate.Region);
        json.WriteStartObject("dynamodb");
        json.WriteNumber("ApproximateCreationDateTime", TableDescription.Seconds(At));
        AttributeWriter.Item(json, "Keys", Keys);
        if (image is not null) AttributeWriter.Item(json, "NewImage", image);
        if (old is not null) AttributeWriter.Item(json, "OldImage", old);
        json.WriteString("SequenceNumber", Text(Sequence));
        json.WriteNumber("SizeBytes", Keys.Size + (image?.Size ?? 0) + (old?.Size ?? 0));
        json.WriteString("StreamViewType", viewType);
        json.WriteEndObject();
        if (ByTimeToLive)
        {
            json.WriteStartObject("userIdentity");
            json.WriteString("PrincipalId", "dynamodb.amazonaws.com");
            json.WriteString("Type", "Service");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
