using Microsoft.Extensions.Logging.Abstractions;
using Oms.Contracts;
using Oms.Orders;
using Oms.ServiceDefaults;
using Oms.Tests.LocalAws;
using Oms.Tests.ServiceDefaults;
using Oms.Tests.Support;

namespace Oms.Tests.Orders;

public sealed class OrderDueStoreTests(SharedBackends backends)
{
    [Fact]
    public async Task While_SNS_is_away_a_question_fails_once_and_is_asked_again_when_its_time_comes()
    {
        var clock = new ImpatientClock();
        var topic = new RecordingTopic { IsAway = true };
        var orders = new OrderStore(await TestTable.OpenAsync(backends, "orders", clock));
        var placed = Samples.Placed("magento-order") with { DueAt = clock.GetUtcNow().AddMinutes(-1) };
        await orders.AddAsync(placed, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<HttpRequestException>(LookAsync);
        await LookAsync(); // the message comes again, or the clock's next one
        Assert.Empty(topic.Messages);

        topic.IsAway = false;
        var waiting = (await orders.FindAsync(placed.Id, TestContext.Current.CancellationToken))!;
        Assert.Equal((placed.Version + 1, true), (waiting.Version, waiting.DueAt > clock.GetUtcNow()));
        await orders.ChangeAsync(waiting, order => OrderTransition.LookAgain(order, clock.GetUtcNow().AddMinutes(-1), order.UpdatedAt), TestContext.Current.CancellationToken);
        await LookAsync();
        Assert.Contains($"\"id\":\"orders/{placed.Id}/1\"", Assert.Single(topic.Messages), StringComparison.Ordinal);

        Task LookAsync() => OrderDue.HandleAsync(
            new DueMessage(EventTypes.OrderDue, placed.Id), orders, topic.Publisher(new RetryPolicy(clock, new Random(1))), clock, NullLogger.Instance, TestContext.Current.CancellationToken);
    }
}
