using Oms.Payments.Gateway;
using Oms.ServiceDefaults.Store;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.Payments;

/// <summary>
/// Does what the decisions say: writes a version, and only after winning that write calls the gateway; what the gateway says is decided and written in turn.
/// Overtaken by another writer, it decides again on what that one left.
/// </summary>
internal sealed class PaymentWork(PaymentStore store, IPaymentGateway gateway, PaymentInstruments instruments, EventPublisher publisher, InboxQueue inbox, TimeProvider clock)
{
    /// <summary>No chain of steps is this long: whoever reaches it races without end, and the message comes again.</summary>
    private const int MaxSteps = 20;

    /// <summary>W3C traceparent: "00-" and 32 digits of trace id.</summary>
    private const int TraceIdEnd = 35;

    public GatewayTraits Traits => gateway.Traits;

    public async Task RunAsync(string orderId, Func<Payment?, DateTimeOffset, Step> decide, CancellationToken cancellation)
    {
        var payment = await store.FindAsync(orderId, cancellation);
        for (var steps = 0; steps < MaxSteps; steps++)
        {
            switch (decide(payment, clock.GetUtcNow()))
            {
                case Step.Nothing:
                    if (steps == 0)
                    {
                        await LookAfterLeaseAsync(payment, cancellation);
                    }

                    return;
                case Step.Tell(var known):
                    await publisher.PublishAsync(PaymentEvents.LastTold(known with { TraceParent = TraceOf(known) }), cancellation);
                    return;
                case Step.Ask(var open):
                    decide = await HearAsync(() => gateway.FindAsync(open.Attempt!.Key, cancellation));
                    break;
                case Step.Write(var next, var call):
                    var (written, current) = await store.WriteAsync(next with { TraceParent = TraceOf(next) }, cancellation);
                    if (written)
                    {
                        decide = await AfterWriteAsync(payment, next, call, cancellation);
                    }

                    payment = current;
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }

        throw new PaymentContentionException($"{orderId}: overtaken {MaxSteps} times");
    }

    private async Task<Func<Payment?, DateTimeOffset, Step>> AfterWriteAsync(Payment? before, Payment written, GatewayCall call, CancellationToken cancellation)
    {
        switch (call)
        {
            case GatewayCall.Authorise:
                return await HearAsync(() => AuthoriseAsync(written, cancellation));
            case GatewayCall.Void:
                return await HearAsync(() => gateway.VoidAsync(written.Reference!, cancellation));
            default:
                await WakeLaterAsync(before, written, cancellation);
                return (payment, now) => NextStep.OnLooking(payment!, Traits, now);
        }
    }

    private async Task<Func<Payment?, DateTimeOffset, Step>> HearAsync(Func<Task<GatewayOutcome>> call)
    {
        var asked = clock.GetUtcNow();
        var outcome = await call();
        return (payment, now) => NextStep.OnHearing(payment!, outcome, Traits, asked, now);
    }

    private async Task<GatewayOutcome> AuthoriseAsync(Payment payment, CancellationToken cancellation)
    {
        if (await instruments.GetAsync(payment.OrderId, cancellation) is not { } token)
        {
            // Before the first call nothing can have happened at the gateway; later, something may have.
            return payment.Version == 1 ? new GatewayOutcome.Declined("instrument-missing") : new GatewayOutcome.Unknown("instrument-missing");
        }

        // A worker that was frozen wakes up without its lease: others may have asked meanwhile, and found nothing.
        return clock.GetUtcNow() < payment.Attempt!.LeaseUntil
            ? await gateway.AuthoriseAsync(new Authorisation(payment.Attempt.Key, payment.OrderId, payment.Amount, token), cancellation)
            : new GatewayOutcome.Unknown("lease-lapsed");
    }

    /// <summary>The order's own trace goes on; a clock tick, which has one of its own, does not take it over.</summary>
    private static string? TraceOf(Payment payment) =>
        FunctionTelemetry.CurrentTraceParent is { } current && (payment.TraceParent is not { Length: >= TraceIdEnd } order || current.StartsWith(order[..TraceIdEnd], StringComparison.Ordinal))
            ? current
            : payment.TraceParent;

    /// <summary>
    /// Somebody else's lease runs. A message that came again may stand in for that worker, dead in the middle: whether it is shows when the lease ends,
    /// and the customer should not wait for the clock.
    /// </summary>
    private async Task LookAfterLeaseAsync(Payment? payment, CancellationToken cancellation)
    {
        if (payment is { State: PaymentState.Authorising or PaymentState.Unknown or PaymentState.Voiding, Attempt.LeaseUntil: var lease } && lease > clock.GetUtcNow())
        {
            await inbox.SendAsync(new DueMessage(EventTypes.PaymentDue, payment.OrderId, TraceOf(payment)), lease - clock.GetUtcNow() + PaymentTimes.AfterLease, cancellation);
        }
    }

    /// <summary>The next look comes as a delayed message; beyond what a queue can delay it is the clock's alone, which stands behind it anyway.</summary>
    private async Task WakeLaterAsync(Payment? before, Payment written, CancellationToken cancellation)
    {
        if (written is { State: PaymentState.Unknown or PaymentState.Voiding, Attempt.AskAt: var askAt } && askAt != before?.Attempt?.AskAt
            && askAt - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero && wait <= InboxQueue.LongestDelay)
        {
            await inbox.SendAsync(new DueMessage(EventTypes.PaymentDue, written.OrderId, TraceOf(written)), wait, cancellation);
        }
    }
}
