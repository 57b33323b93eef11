using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.SimpleNotificationService.Model;
using Amazon.SQS;
using Oms.Contracts;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Messaging;
using SendMessageRequest = Amazon.SQS.Model.SendMessageRequest;
using SendMessageResponse = Amazon.SQS.Model.SendMessageResponse;

namespace Oms.Tests.ServiceDefaults;

public sealed class RelayRoleTests : IAsyncLifetime
{
    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private readonly Fakes _fakes = new();
    private readonly RelayRole _relay;

    public RelayRoleTests() => _relay = new RelayRole(EventOfAsync, _fakes.Services);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fakes.DisposeAsync();

    [Fact]
    public async Task Heads_are_published_in_their_order_and_deletions_and_other_items_are_not()
    {
        Assert.Empty(await Wire.HandleAsync(_relay, Head("1", "ord_a"), Wire.Change("2", null), Head("3", "none"), Head("4", "ord_b")));
        Assert.Equal(["inventory/ord_a/1", "inventory/ord_b/1"], Assert.Single(_fakes.PublishedIds));
        Assert.Empty(_fakes.Sent);
    }

    [Fact]
    public async Task Each_event_carries_a_span_of_its_own_orders_trace()
    {
        await Wire.HandleAsync(_relay, Head("1", "ord_a"), Head("2", "ord_b"));
        var contexts = _fakes.Published[0].PublishBatchRequestEntries.Select(static entry => JsonDocument.Parse(entry.Message).RootElement.GetProperty("traceparent").GetString()!).ToList();
        Assert.All(contexts, static context => Assert.StartsWith(TraceParent[..35], context, StringComparison.Ordinal));
        Assert.Equal(3, contexts.Append(TraceParent).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_head_that_cannot_be_read_goes_whole_into_quarantine_and_blocks_nobody()
    {
        Assert.Empty(await Wire.HandleAsync(_relay, Head("1", "unreadable"), Head("2", "ord_b")));
        var kept = Assert.Single(_fakes.Sent);
        Assert.Equal(("http://sqs.test/quarantine", Head("1", "unreadable").ToJsonString()), (kept.QueueUrl, kept.MessageBody));
        Assert.Equal(["inventory/ord_b/1"], Assert.Single(_fakes.PublishedIds));
    }

    [Theory]
    [InlineData("away")]
    [InlineData("late")]
    public async Task A_head_whose_document_cannot_be_reached_just_now_comes_again(string document)
    {
        Assert.Equal(["1"], await Wire.HandleAsync(_relay, Head("1", document), Head("2", "ord_b")));
        Assert.Equal(["inventory/ord_b/1"], Assert.Single(_fakes.PublishedIds));
        Assert.Empty(_fakes.Sent);
    }

    /// <summary>Half of the processes may run it already.</summary>
    [Fact]
    public async Task What_only_newer_code_can_tell_comes_again_while_that_code_may_still_come()
    {
        Assert.Equal(["1"], await Wire.HandleAsync(_relay, Written("1", "newer", ago: TimeSpan.FromSeconds(20)), Head("2", "ord_b")));
        Assert.Equal(["inventory/ord_b/1"], Assert.Single(_fakes.PublishedIds));
        Assert.Empty(_fakes.Sent);
    }

    [Fact]
    public async Task What_only_newer_code_can_tell_does_not_stop_the_shard_where_that_code_does_not_come()
    {
        Assert.Empty(await Wire.HandleAsync(_relay, Written("1", "newer", ago: TimeSpan.FromSeconds(40)), Head("2", "ord_b")));
        Assert.Contains("\"newer\"", Assert.Single(_fakes.Sent).MessageBody, StringComparison.Ordinal);
        Assert.Equal(["inventory/ord_b/1"], Assert.Single(_fakes.PublishedIds));
    }

    [Fact]
    public async Task What_SNS_will_never_take_goes_into_quarantine_and_what_it_did_not_take_now_comes_again()
    {
        _fakes.OnPublish = static _ => new PublishBatchResponse
        {
            Failed = [new BatchResultErrorEntry { Id = "0", Code = "InvalidParameter", SenderFault = true }, new BatchResultErrorEntry { Id = "2", Code = "InternalFailure", SenderFault = false }],
        };
        Assert.Equal(["3"], await Wire.HandleAsync(_relay, Head("1", "ord_a"), Head("2", "ord_b"), Head("3", "ord_c")));
        Assert.Equal("inventory/ord_a/1", JsonDocument.Parse(Assert.Single(_fakes.Sent).MessageBody).RootElement.GetProperty("id").GetString());
    }

    [Fact]
    public async Task While_SNS_is_away_everything_comes_again_and_nothing_goes_into_quarantine()
    {
        _fakes.OnPublish = static _ => throw new HttpRequestException("refused");
        Assert.Equal(["1", "2"], await Wire.HandleAsync(_relay, Head("1", "ord_a"), Head("2", "ord_b")));
        Assert.Empty(_fakes.Sent);
    }

    [Fact]
    public async Task What_SNS_took_before_it_went_away_is_done_and_only_the_rest_comes_again()
    {
        _fakes.OnPublish = _ => _fakes.Published.Count == 1 ? new PublishBatchResponse { Failed = [new BatchResultErrorEntry { Id = "3", Code = "InternalFailure", SenderFault = false }] } : throw new HttpRequestException("too slow");
        var heads = Enumerable.Range(1, 12).Select(static number => Head(number.ToString(System.Globalization.CultureInfo.InvariantCulture), $"ord_{number}")).ToArray();
        Assert.Equal(["4", "11", "12"], await Wire.HandleAsync(_relay, heads));
    }

    [Fact]
    public async Task Where_the_quarantine_cannot_be_reached_nothing_is_passed_over_and_nobody_is_blocked()
    {
        _fakes.OnSend = static _ => throw new AmazonSQSException("away") { StatusCode = HttpStatusCode.ServiceUnavailable };
        Assert.Equal(["2"], await Wire.HandleAsync(_relay, Head("1", "ord_a"), Head("2", "unreadable"), Head("3", "ord_b")));
        Assert.Equal(["inventory/ord_a/1", "inventory/ord_b/1"], Assert.Single(_fakes.PublishedIds));

        _fakes.OnPublish = static _ => new PublishBatchResponse { Failed = [new BatchResultErrorEntry { Id = "0", Code = "InvalidParameter", SenderFault = true }] };
        Assert.Equal(["1", "2"], await Wire.HandleAsync(_relay, Head("1", "ord_a"), Head("2", "ord_b")));
    }

    [Fact]
    public async Task What_is_too_large_for_the_quarantine_is_named_there_and_does_not_stop_the_shard()
    {
        _fakes.OnSend = sent => sent.MessageBody.Length > 262_144 ? throw Refused("InvalidParameterValue") : Kept(sent);
        Assert.Empty(await Wire.HandleAsync(_relay, Head("1", "large"), Head("2", "ord_b")));
        var kept = JsonNode.Parse(Assert.Single(_fakes.Sent).MessageBody)!;
        Assert.Equal(("1", "MessageTooLong", "inventory/large/1", "stock.held.v1"), ((string)kept["sequenceNumber"]!, (string)kept["reason"]!, (string)kept["of"]!["id"]!, (string)kept["of"]!["type"]!));
        Assert.Equal(["inventory/ord_b/1"], Assert.Single(_fakes.PublishedIds));
    }

    [Fact]
    public async Task A_record_that_SQS_does_not_take_as_it_is_is_named_by_its_keys()
    {
        _fakes.OnSend = sent => sent.MessageBody.Contains("NewImage", StringComparison.Ordinal) ? throw Refused("InvalidMessageContents") : Kept(sent);
        var unreadable = Head("1", "unreadable");
        unreadable["dynamodb"]!["Keys"] = new JsonObject { ["pk"] = new JsonObject { ["S"] = "ord_x" } };
        Assert.Empty(await Wire.HandleAsync(_relay, unreadable, Head("2", "ord_b")));
        var kept = JsonNode.Parse(Assert.Single(_fakes.Sent).MessageBody)!;
        Assert.Equal(("FormatException", "ord_x"), ((string)kept["reason"]!, (string)kept["of"]!["pk"]!["S"]!));
    }

    private SendMessageResponse Kept(SendMessageRequest sent)
    {
        _fakes.Sent.Add(sent);
        return new SendMessageResponse();
    }

    private static AmazonSQSException Refused(string code) => new("refused") { ErrorCode = code, StatusCode = HttpStatusCode.BadRequest };

    private static JsonObject Head(string sequence, string orderId) => Wire.Change(sequence, new JsonObject { ["pk"] = new JsonObject { ["S"] = orderId } });

    private JsonObject Written(string sequence, string orderId, TimeSpan ago)
    {
        var head = Head(sequence, orderId);
        head["dynamodb"]!["ApproximateCreationDateTime"] = (_fakes.Clock.GetUtcNow() - ago).ToUnixTimeSeconds();
        return head;
    }

    private static Task<OmsEvent?> EventOfAsync(Dictionary<string, AttributeValue> image, CancellationToken cancellation) => image["pk"].S switch
    {
        "none" => Task.FromResult<OmsEvent?>(null),
        "unreadable" => throw new FormatException(),
        "newer" => throw new NewerCodeException("Packed"),
        "large" => Task.FromResult<OmsEvent?>(Fakes.Stock("large", shortages: 1_100_000)),
        "away" => throw new AmazonServiceException("throttled"),
        "late" => throw new TimeoutException(),
        var orderId => Task.FromResult<OmsEvent?>(Fakes.Stock(orderId, traceParent: TraceParent)),
    };
}
