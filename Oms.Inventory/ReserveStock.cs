using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Oms.Contracts;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.Inventory;

/// <summary>
/// An order wants stock held, committed or released, as its state says: every order event carries the whole state, so the newest one decides.
/// All lines are held or none; a batch is folded to one decision per order and, where it fits, one transaction.
/// </summary>
internal static class ReserveStock
{
    /// <summary>By what version of the order the head was last written makes it safe twice and safe late.</summary>
    /// <returns>The reservation with its new aim, or only with what was heard; null where nothing is to be written.</returns>
    public static Reservation? Decide(Reservation? current, OrderEvent order, DateTimeOffset now)
    {
        var wanted = Wanted(order.Order.State);
        var by = $"orders/{order.Version}";
        if (current is not null && order.Version <= current.OrderVersion)
        {
            return order.Version < current.OrderVersion || wanted is not StockStatus.Held ? null : current switch
            {
                // Heard again after the expiry it is the answer to our question: the order still wants its stock.
                { Status: StockStatus.Held, ExpiresAt: { } expiry } when now >= expiry => current with { ExpiresAt = now + Reservation.Grace, Asked = 0 },

                // Its units were given back because it was silent; it is not gone.
                { Aim: null, Status: StockStatus.Released, History: [.., { By: Reservation.Clock }] } =>
                    Fill(current with { ExpiresAt = Expiry(order.Order.Deadline, now), Asked = 0 }, StockStatus.Held),
                _ => null,
            };
        }

        var heard = (current ?? new Reservation { OrderId = order.OrderId, Tenant = order.Tenant, Store = order.Store }) with
        {
            OrderVersion = order.Version,
            TraceParent = order.TraceParent ?? current?.TraceParent,
            ExpiresAt = Expiry(order.Order.Deadline, now),
            Asked = 0,
        };
        return (wanted, heard.Standing) switch
        {
            (null, _) => heard.WithTimer(now),
            (StockStatus.Held, null or StockStatus.Released) => Fill(heard, StockStatus.Held),
            (StockStatus.Held, _) => heard.WithTimer(now), // a refusal stands until somebody confirms the order all the same
            (StockStatus.Committed, StockStatus.Committed) => heard,
            (StockStatus.Committed, _) => Fill(heard, StockStatus.Committed),
            (_, StockStatus.Released) => heard,
            _ => heard with { Aim = new Aim(StockStatus.Released, by) },
        };

        // While units are taken, their lines are what counts: what is given back must be what was taken.
        Reservation Fill(Reservation reservation, StockStatus aim) =>
            reservation with { Aim = new Aim(aim, by), Lines = reservation.Taken > 0 ? reservation.Lines : Sum(order.Order.Lines) };
    }

    /// <summary>At least a while from now: an old order that has only just arrived is not asked about at once.</summary>
    private static DateTimeOffset Expiry(DateTimeOffset? deadline, DateTimeOffset now) =>
        deadline is not { } given ? now + Reservation.DefaultLife : (given > now ? given : now) + Reservation.Grace;

    /// <summary>What an order in <paramref name="state"/> wants; null: nothing (the goods have gone, or were never ours to hold).</summary>
    private static StockStatus? Wanted(OrderState state) => state switch
    {
        OrderState.Received or OrderState.AwaitingPayment or OrderState.Review => StockStatus.Held,
        OrderState.Confirmed => StockStatus.Committed,
        OrderState.Cancelled or OrderState.Rejected => StockStatus.Released,
        _ => null,
    };

    /// <returns>The ids of the messages to deliver again.</returns>
    public static async Task<IReadOnlyList<string>> HandleAsync(IReadOnlyList<InboxMessage<OrderEvent>> batch, StockLedger ledger, EventPublisher publisher, TimeProvider clock, ILogger log, CancellationToken cancellation)
    {
        var again = new List<string>();
        var orders = new List<(OrderEvent Newest, Activity? Span, bool Asked, IReadOnlyList<string> Messages)>();
        foreach (var order in batch.GroupBy(static message => message.Body.OrderId, StringComparer.Ordinal))
        {
            var last = order.MaxBy(static message => message.Body.Version)!;
            var (newest, span) = (last.Body, last.Span);
            var messages = order.Select(static message => message.Id).ToList();
            if (newest.Order.Lines.Any(static line => line is not { Sku: not null, Quantity: > 0 } || !Quantity.IsWellFormed(line.Quantity)))
            {
                FunctionTelemetry.Within(span, () => Log.LinesUnusable(log, newest.Id));
                again.AddRange(messages);
                continue;
            }

            orders.Add((newest, span, order.Any(static message => message.Body.Ask), messages));
        }

        var now = clock.GetUtcNow();
        var settled = await ledger.SettleAsync([.. orders.Select(order => new Wish(order.Newest.OrderId, current => Decide(current, order.Newest, now)))], cancellation);
        var answers = new List<StockEvent>();
        foreach (var order in orders)
        {
            if (!settled.TryGetValue(order.Newest.OrderId, out var outcome))
            {
                FunctionTelemetry.Within(order.Span, () => Log.Contended(log, order.Newest.Id));
                again.AddRange(order.Messages);
            }
            else if (order.Asked && !outcome.Said && outcome.Now?.LastEvent is { } said)
            {
                answers.Add(said);
            }
        }

        foreach (var failure in await publisher.PublishAsync(answers, cancellation))
        {
            again.AddRange(orders.Find(order => order.Newest.OrderId == failure.Event.OrderId).Messages);
        }

        return again;
    }

    /// <summary>Two rows of one SKU are one take: DynamoDB refuses one item twice in a transaction.</summary>
    internal static IReadOnlyList<StockLine> Sum(IEnumerable<StockLine> lines) =>
        [.. lines.GroupBy(static line => line.Sku, StringComparer.Ordinal).Select(static sku => new StockLine(sku.Key, Quantity.Normalise(sku.Sum(static line => line.Quantity))))];
}
