using System.Diagnostics;
using Oms.Contracts;
using Oms.ServiceDefaults.Messaging;

namespace Oms.Inventory;

/// <summary>
/// The clock says that a reservation has to be looked at. An unfinished one is taken up again. One past its expiry is asked about:
/// Orders answers with its current event, which commits, releases or prolongs it. Units are given back on our own word only
/// when Orders has not answered for a whole day: then the order is gone, and a hold without an order would be for ever.
/// (Should it come back, its next event holds again, or says that the stock is lost.)
/// </summary>
internal static class ReservationDue
{
    /// <summary>How often Orders is asked.</summary>
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(1);

    public abstract record Outcome
    {
        private Outcome()
        {
        }

        /// <summary>Somebody was here before.</summary>
        public sealed record Nothing : Outcome;

        /// <summary>Write this and go on to its aim.</summary>
        public sealed record Write(Reservation Next) : Outcome;

        /// <summary>Ask by <paramref name="Question"/>, then write when to ask again.</summary>
        public sealed record Ask(StockEvent Question, Reservation Next) : Outcome;
    }

    public static Outcome Decide(Reservation? current, DateTimeOffset now) => current switch
    {
        null or { DueAt: null } => new Outcome.Nothing(),
        { DueAt: { } due } when due > now => new Outcome.Nothing(),
        { Aim: not null } => new Outcome.Write(current with { DueAt = now + Reservation.Patience }),
        { Status: not StockStatus.Held } => new Outcome.Write(current with { DueAt = null }),
        { ExpiresAt: { } expiry } when now < expiry => new Outcome.Write(current with { DueAt = expiry }),
        { ExpiresAt: { } expiry } when now >= expiry + LongestSilence => new Outcome.Write(current with { Aim = new Aim(StockStatus.Released, "clock") }),
        { LastEvent: { } said } => new Outcome.Ask(said with { Ask = true }, current with { DueAt = now + BetweenQuestions }),
        _ => throw new UnreachableException(),
    };

    public static async Task HandleAsync(DueMessage message, StockLedger ledger, EventPublisher publisher, TimeProvider clock, CancellationToken cancellation)
    {
        if (message.OrderId is not { } orderId)
        {
            return;
        }

        var now = clock.GetUtcNow();
        if (Decide(await ledger.FindAsync(orderId, cancellation), now) is Outcome.Ask ask)
        {
            // The question first: asked twice is harmless, not asked is not.
            await publisher.PublishAsync(ask.Question, cancellation);
        }

        await ledger.SettleOneAsync(new Wish(orderId, current => Decide(current, now) switch
        {
            Outcome.Write write => write.Next,
            Outcome.Ask again => again.Next,
            _ => null,
        }), cancellation);
    }
}
