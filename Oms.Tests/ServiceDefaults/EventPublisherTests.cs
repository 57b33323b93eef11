using System.Net;
using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using Oms.ServiceDefaults.Messaging;

namespace Oms.Tests.ServiceDefaults;

public sealed class EventPublisherTests
{
    private const int MaxBytes = 262_144;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_go_in_one_call_in_their_order()
    {
        await using var fakes = new Fakes();
        var events = Enumerable.Range(0, 23).Select(static i => Fakes.Stock($"ord_{i}")).ToList();
        Assert.Empty(await fakes.Services.Publisher.PublishAsync(events, Cancellation));
        Assert.Equal([10, 10, 3], fakes.PublishedIds.Select(static call => call.Count));
        Assert.Equal(events.Select(static one => one.Id), fakes.PublishedIds.SelectMany(static call => call));
    }

    [Fact]
    public void A_call_stays_under_256_KiB_with_its_attributes()
    {
        var events = new[] { 100_000, 150_000, 20_000, 200_000, 60_000 }.Select(static (size, i) => OutgoingEvent.Of(Fakes.Stock($"ord_{i}", shortages: size))).ToList();
        var packets = EventPublisher.Pack(events).ToList();
        Assert.Equal(events, packets.SelectMany(static packet => packet));
        Assert.Equal([2, 2, 1], packets.Select(static packet => packet.Count));
        Assert.All(packets, static packet => Assert.True(packet.Sum(static one => one.Bytes) <= MaxBytes));
    }

    [Fact]
    public void Exactly_full_is_one_call_and_one_byte_more_are_two()
    {
        var half = Sized("ord_a", MaxBytes / 2);
        Assert.Single(EventPublisher.Pack([half, Sized("ord_b", MaxBytes / 2)]));
        Assert.Equal(2, EventPublisher.Pack([half, Sized("ord_b", (MaxBytes / 2) + 1)]).Count());
    }

    [Fact]
    public async Task One_that_is_too_large_is_named_and_holds_nobody_up()
    {
        await using var fakes = new Fakes();
        var failures = await fakes.Services.Publisher.PublishAsync([Fakes.Stock("ord_1"), Fakes.Stock("ord_large", shortages: MaxBytes), Fakes.Stock("ord_2")], Cancellation);
        Assert.Equal(("inventory/ord_large/1", true), (Assert.Single(failures).Event.Id, failures[0].IsOurFault));
        Assert.Equal(["inventory/ord_1/1", "inventory/ord_2/1"], fakes.PublishedIds.SelectMany(static call => call));
    }

    [Fact]
    public async Task Of_a_call_that_fails_in_part_it_is_said_which_and_whose_fault()
    {
        await using var fakes = new Fakes();
        fakes.OnPublish = static _ => new PublishBatchResponse
        {
            Failed = [new BatchResultErrorEntry { Id = "1", Code = "InternalFailure", SenderFault = false }, new BatchResultErrorEntry { Id = "2", Code = "InvalidParameter", SenderFault = true }],
        };
        var failures = await fakes.Services.Publisher.PublishAsync([Fakes.Stock("ord_0"), Fakes.Stock("ord_1"), Fakes.Stock("ord_2")], Cancellation);
        Assert.Equal([("inventory/ord_1/1", false), ("inventory/ord_2/1", true)], failures.Select(static failure => (failure.Event.Id, failure.IsOurFault)));
    }

    [Theory]
    [InlineData("InvalidParameter")]
    [InlineData("InvalidParameterValue")]
    [InlineData("BatchRequestTooLong")]
    public async Task One_bad_entry_spoils_the_call_but_not_the_others(string code)
    {
        await using var fakes = new Fakes();
        fakes.OnPublish = request => request.PublishBatchRequestEntries.Exists(static entry => entry.Message.Contains("ord_bad", StringComparison.Ordinal)) ? throw Refused(code, HttpStatusCode.BadRequest) : new PublishBatchResponse();
        var failures = await fakes.Services.Publisher.PublishAsync([Fakes.Stock("ord_1"), Fakes.Stock("ord_bad"), Fakes.Stock("ord_2")], Cancellation);
        Assert.Equal(("inventory/ord_bad/1", code, true), (Assert.Single(failures).Event.Id, failures[0].Code, failures[0].IsOurFault));
        Assert.Equal([3, 1, 1, 1], fakes.PublishedIds.Select(static call => call.Count));
    }

    [Fact]
    public async Task A_throttled_call_is_made_again()
    {
        await using var fakes = new Fakes();
        fakes.OnPublish = _ => fakes.Published.Count < 3 ? throw Refused("Throttled", HttpStatusCode.BadRequest) : new PublishBatchResponse();
        Assert.Empty(await fakes.Services.Publisher.PublishAsync([Fakes.Stock("ord_1")], Cancellation));
        Assert.Equal(3, fakes.Published.Count);
    }

    [Fact]
    public async Task What_is_refused_for_another_reason_is_an_exception()
    {
        await using var fakes = new Fakes();
        fakes.OnPublish = static _ => throw Refused("AuthorizationError", HttpStatusCode.Forbidden);
        await Assert.ThrowsAsync<AmazonSimpleNotificationServiceException>(() => fakes.Services.Publisher.PublishAsync([Fakes.Stock("ord_1"), Fakes.Stock("ord_2")], Cancellation));
    }

    [Fact]
    public async Task An_answer_that_is_not_taken_is_an_exception()
    {
        await using var fakes = new Fakes();
        fakes.OnPublish = static _ => new PublishBatchResponse { Failed = [new BatchResultErrorEntry { Id = "0", Code = "InternalFailure", SenderFault = false }] };
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => fakes.Services.Publisher.PublishAsync(Fakes.Stock("ord_1"), Cancellation));
        Assert.Contains("inventory/ord_1/1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribers_filter_by_type_tenant_store_and_payer()
    {
        await using var fakes = new Fakes();
        await fakes.Services.Publisher.PublishAsync(Fakes.Order("ord_1"), Cancellation);
        var attributes = fakes.Published[0].PublishBatchRequestEntries[0].MessageAttributes.ToDictionary(static pair => pair.Key, static pair => (pair.Value.DataType, pair.Value.StringValue), StringComparer.Ordinal);
        Assert.Equal(new() { ["type"] = ("String", "order.placed.v1"), ["tenant"] = ("String", "tenant"), ["store"] = ("String", "default"), ["payer"] = ("String", "later") }, attributes);
    }

    private static OutgoingEvent Sized(string orderId, int bytes)
    {
        var empty = OutgoingEvent.Of(Fakes.Stock(orderId, shortages: 1)).Bytes - 1;
        return OutgoingEvent.Of(Fakes.Stock(orderId, shortages: bytes - empty));
    }

    private static AmazonSimpleNotificationServiceException Refused(string code, HttpStatusCode status) => new("refused") { ErrorCode = code, StatusCode = status };
}
