using System.Diagnostics;
using Oms.Contracts;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Messaging;

namespace Oms.Inventory;

/// <summary>
/// The clock says that a reservation has to be looked at. An unfinished one is taken up again. One past its expiry is asked about:
/// Orders answers with its current event, which commits, releases or prolongs it. Units are given back on our own word only
/// when Orders has left a whole day of questions unanswered: then the order is gone, and a hold without an order would be for ever.
/// (Should it come back, what it says next holds again, or the stock is refused or lost.)
/// </summary>
internal static class ReservationDue
{
    /// <summary>How often Orders is asked.</summary>
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMinutes(15);

    /// <summary>A day of them. They are counted, not timed: while our own clock stands still nobody is asked, and nobody is silent.</summary>
    internal const int MostQuestions = 96;

    public abstract record Outcome
    {
        private Outcome()
        {
        }

        /// <summary>Somebody was here before.</summary>
        public sealed record Nothing : Outcome;

        /// <summary>Write this and go on to its aim.</summary>
        public sealed record Write(Reservation Next) : Outcome;

        /// <summary>Write when to ask again, then ask by <paramref name="Question"/>.</summary>
        public sealed record Ask(StockEvent Question, Reservation Next) : Outcome;
    }

    public static Outcome Decide(Reservation? current, DateTimeOffset now) => current switch
    {
        null or { DueAt: null } => new Outcome.Nothing(),
        { DueAt: { } due } when due > now => new Outcome.Nothing(),
        { Aim: not null } => new Outcome.Write(current with { DueAt = now + Reservation.Patience }),
        { Status: not StockStatus.Held } => new Outcome.Write(current with { DueAt = null }),
        { ExpiresAt: { } expiry } when now < expiry => new Outcome.Write(current with { DueAt = expiry }),
        { Asked: >= MostQuestions } => new Outcome.Write(current with { Aim = new Aim(StockStatus.Released, Reservation.Clock) }),
        { LastEvent: { } said } => new Outcome.Ask(said with { Ask = true }, current with { DueAt = now + BetweenQuestions }),
        _ => throw new UnreachableException(),
    };

    public static async Task HandleAsync(DueMessage message, StockLedger ledger, EventPublisher publisher, TimeProvider clock, CancellationToken cancellation)
    {
        if (message.OrderId is not { } orderId)
        {
            return;
        }

        var now = clock.Now();
        Outcome.Ask? ask = null;
        var settled = await ledger.SettleOneAsync(new Wish(orderId, current => Next(Decide(current, now))), cancellation);

        // Where Orders has answered meanwhile, or another look has asked, the timer is not ours.
        if (ask is not null && settled.Now?.DueAt == ask.Next.DueAt)
        {
            // After the timer: while SNS is away each question fails once, not once a minute. What did not go out is not counted as unanswered.
            await publisher.PublishAsync(ask.Question, cancellation);
            await ledger.SettleOneAsync(new Wish(orderId, current => Counted(current, ask.Next)), cancellation);
        }

        Reservation? Next(Outcome outcome)
        {
            // Decided once more after the write, also where its answer was lost: then there is nothing left to write, and still to ask.
            ask = outcome as Outcome.Ask ?? ask;
            return outcome switch
            {
                Outcome.Write write => write.Next,
                Outcome.Ask again => again.Next,
                _ => null,
            };
        }
    }

    /// <summary>One more question is out; null where it has been answered already, or counted.</summary>
    internal static Reservation? Counted(Reservation? current, Reservation asked) =>
        current is { Aim: null, Status: StockStatus.Held } && current.ExpiresAt == asked.ExpiresAt && current.Asked == asked.Asked ? current with { Asked = current.Asked + 1 } : null;
}
