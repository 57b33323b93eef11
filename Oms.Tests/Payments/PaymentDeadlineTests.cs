using Oms.Contracts;
using Oms.Payments;
using Oms.Payments.Gateway;
using static Oms.Tests.Payments.Given;

namespace Oms.Tests.Payments;

/// <summary>The order asks at its deadline, or is cancelled: AnswerPaymentDue and ReleasePayment.</summary>
public sealed class PaymentDeadlineTests
{
    [Fact]
    public void Nothing_was_ever_attempted_so_it_is_expired_for_ever()
    {
        var expired = Written(AnswerPaymentDue.Decide(null, Due(), Gateway, Noon));
        Assert.Equal((PaymentState.Expired, EventTypes.PaymentExpired, 4L), (expired.State, expired.Outbox, expired.OrderVersion));
        Assert.IsType<Step.Nothing>(AuthorisePayment.Decide(expired, Order(), Gateway, Noon.AddHours(1)));
        Assert.Null(expired.DueAt);
    }

    [Fact]
    public void What_is_settled_is_answered_again()
    {
        foreach (var known in new[] { Authorised, Declined, Expired, Voided })
        {
            Assert.Equal(new Step.Tell(known), AnswerPaymentDue.Decide(known, Due(), Gateway, Noon.AddMinutes(30)));
        }
    }

    [Fact]
    public void While_the_outcome_is_unknown_the_gateway_is_asked_and_nothing_is_cancelled()
    {
        var now = Noon.AddMinutes(30);
        var closing = Written(AnswerPaymentDue.Decide(Unknown, Due(), Gateway, now));
        Assert.Equal((PaymentState.Unknown, OrderWish.Close, 4L, null), (closing.State, closing.Wish, closing.OrderVersion, closing.Outbox));
        Assert.IsType<Step.Ask>(NextStep.OnLooking(closing, Gateway, now));
        Assert.Equal(PaymentState.Unknown, After(closing, new GatewayOutcome.Unknown("http-503"), now).State);
        Assert.Equal(PaymentState.Authorised, After(closing, new GatewayOutcome.Approved("pi_1"), now).State);
        Assert.Equal(PaymentState.Expired, After(closing, new GatewayOutcome.NotFound(), now).State);
    }

    [Fact]
    public void Not_found_ends_a_payment_only_when_no_request_can_be_on_its_way_any_more()
    {
        var now = Noon.AddSeconds(40);
        var closing = Written(AnswerPaymentDue.Decide(Unknown, Due(), Gateway, now));
        var waiting = After(closing, new GatewayOutcome.NotFound(), now);
        Assert.Equal((PaymentState.Unknown, Noon.AddSeconds(5) + PaymentTimes.Settled), (waiting.State, waiting.Attempt!.AskAt));

        // Asked before, heard after: the question's time counts.
        var late = Assert.IsType<Step.Write>(NextStep.OnHearing(closing, new GatewayOutcome.NotFound(), Gateway, asked: now, Noon.AddHours(1)));
        Assert.Equal(PaymentState.Unknown, late.Payment.State);
        Assert.Equal(PaymentState.Expired, After(waiting, new GatewayOutcome.NotFound(), waiting.Attempt.AskAt).State);
    }

    [Fact]
    public void A_deadline_during_the_call_lets_the_answer_decide()
    {
        var closing = Written(AnswerPaymentDue.Decide(Authorising, Due(), Gateway, Noon.AddSeconds(1)));
        Assert.IsType<Step.Nothing>(NextStep.OnLooking(closing, Gateway, Noon.AddSeconds(1)));
        Assert.Equal(PaymentState.Authorised, After(closing, new GatewayOutcome.Approved("pi_1"), Noon.AddSeconds(2)).State);
    }

    [Fact]
    public void A_question_that_the_order_itself_has_answered_meanwhile_is_dropped()
    {
        var due = Due();
        Assert.IsType<Step.Nothing>(AnswerPaymentDue.Decide(null, due with { Order = due.Order with { State = OrderState.Confirmed } }, Gateway, Noon));
    }

    [Fact]
    public void A_cancelled_order_gives_its_authorisation_back()
    {
        var step = Assert.IsType<Step.Write>(ReleasePayment.Decide(Authorised, Cancelled(), Gateway, Noon.AddSeconds(10)));
        Assert.Equal((GatewayCall.Void, PaymentState.Voiding, "pi_1"), (step.Call, step.Payment.State, step.Payment.Reference));
        Assert.Equal((PaymentState.Voided, EventTypes.PaymentExpired), (Voided.State, Voided.Outbox));
    }

    [Fact]
    public void A_cancellation_during_the_call_gives_back_what_the_call_brings()
    {
        var released = Written(ReleasePayment.Decide(Authorising, Cancelled(), Gateway, Noon.AddSeconds(1)));
        Assert.Equal((PaymentState.Authorising, OrderWish.Release), (released.State, released.Wish));
        var step = Assert.IsType<Step.Write>(NextStep.OnHearing(released, new GatewayOutcome.Approved("pi_1"), Gateway, Noon, Noon.AddSeconds(2)));
        Assert.Equal((GatewayCall.Void, PaymentState.Voiding), (step.Call, step.Payment.State));
        Assert.Equal(PaymentState.Declined, After(released, new GatewayOutcome.Declined("generic_decline"), Noon.AddSeconds(2)).State);
    }

    [Fact]
    public void A_cancellation_twice_or_of_what_is_over_does_nothing()
    {
        foreach (var over in new[] { Declined, Expired, Voided })
        {
            Assert.IsType<Step.Nothing>(ReleasePayment.Decide(over, Cancelled(), Gateway, Noon.AddMinutes(31)));
        }

        Assert.IsType<Step.Nothing>(ReleasePayment.Decide(Voiding, Cancelled(), Gateway, Noon.AddSeconds(11)));
    }

    [Fact]
    public void A_rejected_order_leaves_a_tombstone()
    {
        var tombstone = Written(ReleasePayment.Decide(null, Order(OrderState.Rejected, EventTypes.OrderRejected, version: 2), Gateway, Noon));
        Assert.Equal((PaymentState.Expired, "order-rejected", OrderWish.Release), (tombstone.State, tombstone.History.Single().Reason, tombstone.Wish));
        Assert.IsType<Step.Nothing>(AuthorisePayment.Decide(tombstone, Order(), Gateway, Noon.AddHours(1)));
    }
}
