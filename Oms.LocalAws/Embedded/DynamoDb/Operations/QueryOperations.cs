using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>
/// Query and Scan, of a table or of one of its indexes. A page ends with its limit or with 1 MB read, before filtering.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
/// </summary>
internal sealed class QueryOperations(Database database, Throttle throttle)
{
    private const int PageBytes = 1024 * 1024;

    private static readonly string[] Common =
        ["TableName", "IndexName", "Limit", "ExclusiveStartKey", "FilterExpression", "ProjectionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues", "Select", "ConsistentRead", "ReturnConsumedCapacity"];

    private static readonly string[] QueryParameters = [.. Common, "KeyConditionExpression", "ScanIndexForward"];
    private static readonly string[] ScanParameters = [.. Common, "Segment", "TotalSegments"];

    public OperationResult Query(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("Query", body, QueryParameters);
        var backward = request.Element("ScanIndexForward") is not null && !request.Flag("ScanIndexForward");
        if (request.Element("KeyConditionExpression") is null) throw DynamoDbException.Validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
        var reading = new Reading(database, request);
        var condition = new KeyCondition(reading.Expressions.KeyCondition!, reading.Key);
        reading.RequireFits(isQuery: true);
        var start = condition.Start(backward);
        if (reading.StartKey(request) is { } from)
        {
            if (condition.HasSort && !condition.HoldsSort(from.Position)) throw DynamoDbException.Validation("The provided starting key does not match the range key predicate");
            if (!condition.Holds(from.Position)) throw DynamoDbException.Validation("The provided starting key is outside query boundaries based on provided conditions");
            start = new Bound(from.Position.Partition, from.Position.Sort, from.Key, IsAfter: !backward);
        }

        var partition = reading.Index is null ? new ItemKey(condition.Partition, null) : (ItemKey?)null;
        throttle.Require(reading.Table, partition, writes: false);
        return Page(reading, partition, reading.Entries.From(start, backward).TakeWhile(entry => condition.Holds(entry.Position)), json);
    }

    public OperationResult Scan(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("Scan", body, ScanParameters);
        var reading = new Reading(database, request);
        reading.RequireFits(isQuery: false);
        var (segment, segments) = Segment(request);
        var start = reading.StartKey(request) is { } from ? new Bound(from.Position.Partition, from.Position.Sort, from.Key, IsAfter: true) : null;
        throttle.Require(reading.Table, null, writes: false);
        var entries = reading.Entries.From(start, backward: false);
        return Page(reading, null, segments == 1 ? entries : entries.Where(entry => SegmentOf(entry.Position.Partition) % segments == segment), json);
    }

    private static (uint Segment, uint Segments) Segment(RequestBody request)
    {
        var (segment, segments) = (request.Number("Segment", 0), request.Number("TotalSegments", 1));
        if (segments is null && segment is not null) throw DynamoDbException.Validation("The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
        if (segments is null) return (0, 1);
        if (segment is not { } chosen) throw DynamoDbException.Validation("The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
        if (chosen >= segments) throw DynamoDbException.Validation(FormattableString.Invariant($"The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {chosen} is not less than TotalSegments: {segments}"));
        return ((uint)chosen, (uint)segments);
    }

    /// <summary>The same in every run.</summary>
    private static uint SegmentOf(AttributeValue partition) => Fnv1a.Of(partition switch
    {
        TextValue text => System.Text.Encoding.UTF8.GetBytes(text.Text),
        NumberValue number => System.Text.Encoding.UTF8.GetBytes(number.Text),
        _ => ((BinaryValue)partition).Bytes,
    });

    /// <param name="reading">What is read.</param>
    /// <param name="partition">The one partition of the table that all of it is in, if there is one.</param>
    /// <param name="entries">From where the page begins.</param>
    /// <param name="json">The answer.</param>
    private OperationResult Page(Reading reading, ItemKey? partition, IEnumerable<Entry> entries, Utf8JsonWriter json)
    {
        var (scanned, count, bytes) = (0, 0, 0L);
        Entry? last = null;
        if (!reading.CountsOnly) json.WriteStartArray("Items");
        foreach (var entry in entries)
        {
            if (scanned == reading.Limit || bytes > PageBytes) break;
            if (database.Seen(reading.Table, entry, reading.Consistent || reading.Index is not null) is not { } item) continue;
            (last, scanned, bytes) = (entry, scanned + 1, bytes + item.Size);
            if (reading.Expressions.Filter is { } filter && !filter.Holds(item)) continue;
            count++;
            if (!reading.CountsOnly) AttributeWriter.Map(json, reading.Expressions.Projection is { } projection ? projection.Of(item) : item);
        }

        if (!reading.CountsOnly) json.WriteEndArray();
        json.WriteNumber("Count", count);
        json.WriteNumber("ScannedCount", scanned);
        if (last is not null && (scanned == reading.Limit || bytes > PageBytes)) AttributeWriter.Item(json, "LastEvaluatedKey", reading.KeyOf(last));
        var rate = reading.Consistent ? 1m : 0.5m;
        reading.Capacity.Read(reading.Table, bytes, rate, reading.Index?.Definition.Name);
        throttle.Count(reading.Table, partition, Math.Max(1, (bytes + 4095) / 4096) * rate, writes: false);
        reading.Capacity.WriteSingle(json);
        return OperationResult.Done;
    }
}
