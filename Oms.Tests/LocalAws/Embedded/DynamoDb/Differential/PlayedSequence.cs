using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>What a peer answered to a sequence, and what was in its table and stream at the end.</summary>
internal sealed record PlayedSequence(IReadOnlyList<WireAnswer> Answers, IReadOnlyList<JsonObject> Items, IReadOnlyList<JsonObject> Records)
{
    private static readonly TimeSpan StreamPatience = TimeSpan.FromSeconds(5);

    /// <param name="peer">Who answers.</param>
    /// <param name="sequence">What is asked.</param>
    /// <param name="table">A name that the peer has not seen before.</param>
    /// <param name="records">So many changes are waited for in the stream; DynamoDB Local shows them some milliseconds late.</param>
    public static PlayedSequence Play(IPeer peer, CallSequence sequence, string table, int records = 0)
    {
        Require(peer.Call("CreateTable", sequence.CreateTable(table)));
        WireAnswer[] answers = [.. sequence.Calls.Select(call => peer.Call(call.Operation, call.BodyFor(table))).Select(answer => answer with { Body = Canonical.Of(answer.Body, table) })];
        var items = ItemsOf(peer, table);
        var stream = Stream(peer, table, records);
        Require(peer.Call("DeleteTable", $$"""{"TableName":"{{table}}"}"""));
        return new(answers, items, stream);
    }

    private static List<JsonObject> ItemsOf(IPeer peer, string table)
    {
        var answer = Require(peer.Call("Scan", $$"""{"TableName":"{{table}}","ConsistentRead":true}"""));
        return [.. answer[nameof(Items)]!.AsArray().Select(item => Canonical.Of(item!.AsObject(), table)).OrderBy(SequenceMaker.Text, StringComparer.Ordinal)];
    }

    private static List<JsonObject> Stream(IPeer peer, string table, int wanted)
    {
        var arn = Require(peer.Call("DescribeTable", $$"""{"TableName":"{{table}}"}"""))["Table"]!["LatestStreamArn"]!.GetValue<string>();
        var shards = Require(peer.Call("DescribeStream", $$"""{"StreamArn":"{{arn}}"}"""))["StreamDescription"]!["Shards"]!.AsArray();
        var shard = shards.Single()!["ShardId"]!.GetValue<string>();
        var iterator = Require(peer.Call("GetShardIterator", $$"""{"StreamArn":"{{arn}}","ShardId":"{{shard}}","ShardIteratorType":"TRIM_HORIZON"}"""))["ShardIterator"]!.GetValue<string>();
        List<JsonObject> records = [];
        var started = Stopwatch.StartNew();
        while (true)
        {
            var answer = Require(peer.Call("GetRecords", $$"""{"ShardIterator":"{{iterator}}"}"""));
            var more = answer[nameof(Records)]!.AsArray();
            records.AddRange(more.Select(record => Image(record!, table)));
            iterator = answer["NextShardIterator"]!.GetValue<string>();
            if (more.Count == 0 && (records.Count >= wanted || started.Elapsed > StreamPatience)) return records;
        }
    }

    /// <summary>Ids, numbers and times are each peer's own.</summary>
    private static JsonObject Image(JsonNode record, string table)
    {
        var change = record["dynamodb"]!;
        var image = new JsonObject { ["eventName"] = record["eventName"]!.DeepClone() };
        foreach (var part in (string[])["Keys", "OldImage", "NewImage", "StreamViewType"]) image[part] = change[part]?.DeepClone();
        return Canonical.Of(image, table);
    }

    private static JsonObject Require(WireAnswer answer) => answer.Status == 200 ? answer.Body : throw new InvalidOperationException(answer.Body.ToJsonString());
}
