using System.Globalization;
using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Streams;
using Oms.LocalAws.Embedded.DynamoDb.Tables;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>
/// ListStreams, DescribeStream, GetShardIterator and GetRecords. A stream has one shard, which never ends.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
/// </summary>
internal sealed class StreamOperations(Database database)
{
    private const int MostRecords = 1000;
    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
    private static readonly TimeSpan IteratorLifetime = TimeSpan.FromMinutes(15);

    private static readonly string[] ListParameters = ["TableName", "Limit", "ExclusiveStartStreamArn"];
    private static readonly string[] DescribeParameters = ["StreamArn", "Limit", "ExclusiveStartShardId"];
    private static readonly string[] IteratorParameters = ["StreamArn", "ShardId", "ShardIteratorType", "SequenceNumber"];
    private static readonly string[] RecordParameters = ["ShardIterator", "Limit"];

    public OperationResult ListStreams(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("ListStreams", body, ListParameters);
        var limit = request.Number("Limit", least: 1) ?? 100;
        var name = request.Text("TableName") is { } table ? Proxy.RequiredAccess.TableName(table) : null;
        var after = request.Text("ExclusiveStartStreamArn");
        TableStream[] streams = [.. database.Streams.Where(stream => name is null || stream.Table == name).OrderBy(static stream => stream.Arn, StringComparer.Ordinal)
            .Where(stream => after is null || string.CompareOrdinal(stream.Arn, after) > 0)];
        json.WriteStartArray("Streams");
        foreach (var stream in streams.Take(limit))
        {
            json.WriteStartObject();
            json.WriteString("StreamArn", stream.Arn);
            json.WriteString("TableName", stream.Table);
            json.WriteString("StreamLabel", stream.Label);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (streams.Length > limit) json.WriteString("LastEvaluatedStreamArn", streams[limit - 1].Arn);
        return OperationResult.Done;
    }

    public OperationResult DescribeStream(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("DescribeStream", body, DescribeParameters);
        var stream = Stream(request);
        request.Number("Limit", least: 1);
        json.WriteStartObject("StreamDescription");
        json.WriteString("StreamArn", stream.Arn);
        json.WriteString("StreamLabel", stream.Label);
        json.WriteString("StreamStatus", database.Find(stream.Table)?.Stream == stream ? "ENABLED" : "DISABLED");
        json.WriteString("StreamViewType", stream.ViewType);
        json.WriteNumber("CreationRequestDateTime", TableDescription.Seconds(stream.Created));
        json.WriteString("TableName", stream.Table);
        TableDescription.WriteKey(json, stream.Key);
        json.WriteStartArray("Shards");
        if (request.Text("ExclusiveStartShardId") is not { } start || string.CompareOrdinal(stream.Shard, start) > 0)
        {
            json.WriteStartObject();
            json.WriteString("ShardId", stream.Shard);
            json.WriteStartObject("SequenceNumberRange");
            json.WriteString("StartingSequenceNumber", StreamEntry.Text(stream.Oldest ?? stream.TrimmedTo + 1));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return OperationResult.Done;
    }

    public OperationResult GetShardIterator(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("GetShardIterator", body, IteratorParameters);
        var stream = Stream(request);
        request.Required("ShardId");
        request.Required("ShardIteratorType");
        if (request.Text("ShardId") != stream.Shard) throw DynamoDbException.Of("ResourceNotFoundException", "Requested resource not found: Shard does not exist");
        var after = request.Choice("ShardIteratorType", "TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER") switch
        {
            "TRIM_HORIZON" => stream.TrimmedTo,
            "LATEST" => database.Sequence,
            "AT_SEQUENCE_NUMBER" => SequenceNumber(request) - 1,
            _ => SequenceNumber(request),
        };
        RequireKept(stream, after);
        json.WriteString("ShardIterator", Iterator(stream, after));
        return OperationResult.Done;
    }

    public OperationResult GetRecords(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("GetRecords", body, RecordParameters);
        request.Required("ShardIterator");
        var limit = request.Number("Limit", least: 1) ?? MostRecords;
        if (limit > MostRecords) throw RequestBody.Constraint(FormattableString.Invariant($"'{limit}'"), "Limit", FormattableString.Invariant($"Member must have value less than or equal to {MostRecords}"));
        var (stream, after) = Position(request.Text("ShardIterator")!);
        RequireKept(stream, after);
        var records = stream.After(after, limit);
        json.WriteStartArray("Records");
        foreach (var record in records) record.Write(json, stream.ViewType);
        json.WriteEndArray();
        json.WriteString("NextShardIterator", Iterator(stream, records.Count > 0 ? records[^1].Sequence : after));
        return OperationResult.Done;
    }

    private static void RequireKept(TableStream stream, long after)
    {
        if (after < stream.TrimmedTo)
            throw DynamoDbException.Of("TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard.");
    }

    private static long SequenceNumber(RequestBody request) =>
        request.Text("SequenceNumber") is not { } text
            ? throw DynamoDbException.Validation("One or more parameter values were invalid: SequenceNumber must be given with this ShardIteratorType")
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw DynamoDbException.Validation("Invalid SequenceNumber");

    private TableStream Stream(RequestBody request)
    {
        request.Required("StreamArn");
        return Stream(request.Text("StreamArn")!);
    }

    private TableStream Stream(string arn) =>
        database.Streams.FirstOrDefault(stream => stream.Arn == arn) ?? throw DynamoDbException.Of("ResourceNotFoundException", $"Requested resource not found: Stream: {arn} not found");

    /// <summary>Says where to go on and when it was given; it begins with the stream's ARN, as in AWS.</summary>
    private string Iterator(TableStream stream, long after) =>
        FormattableString.Invariant($"{stream.Arn}|1|{after}|{database.Now.ToUnixTimeMilliseconds()}");

    private (TableStream Stream, long After) Position(string iterator)
    {
        var parts = iterator.Split('|');
        if (parts.Length != 4 || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var after) || !long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var given) || given > LatestTime)
            throw DynamoDbException.Validation("Invalid ShardIterator");
        var stream = Stream(parts[0]);
        return database.Now - DateTimeOffset.FromUnixTimeMilliseconds(given) <= IteratorLifetime
            ? (stream, after)
            : throw DynamoDbException.Of("ExpiredIteratorException", "The shard iterator has expired and can no longer be used to retrieve stream records.");
    }
}
