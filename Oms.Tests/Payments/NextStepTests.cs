using Oms.Contracts;
using Oms.Payments;
using Oms.Payments.Gateway;
using static Oms.Tests.Payments.Given;

namespace Oms.Tests.Payments;

public sealed class NextStepTests
{
    [Fact]
    public void A_definite_answer_is_kept_and_told()
    {
        Assert.Equal((PaymentState.Authorised, "pi_1", EventTypes.PaymentAuthorised), (Authorised.State, Authorised.Reference, Authorised.Outbox));
        Assert.Equal((PaymentState.Declined, "generic_decline", EventTypes.PaymentDeclined), (Declined.State, Declined.DeclineCode, Declined.Outbox));
    }

    [Fact]
    public void An_unknown_outcome_is_looked_for_after_5_s_30_s_2_min_10_min_and_then_every_hour()
    {
        var payment = Unknown;
        var waits = new List<TimeSpan>();
        for (var now = Noon.AddSeconds(5); waits.Count < 6;)
        {
            var askAt = payment.Attempt!.AskAt;
            waits.Add(askAt - now);
            Assert.Equal(askAt + TimeSpan.FromMinutes(2), payment.DueAt);
            Assert.IsType<Step.Nothing>(NextStep.OnLooking(payment, Gateway, askAt.AddTicks(-1)));
            Assert.IsType<Step.Ask>(NextStep.OnLooking(payment, Gateway, askAt));
            now = askAt;
            payment = After(payment, new GatewayOutcome.Unknown("http-503"), now);
        }

        Assert.Equal(["00:00:05", "00:00:30", "00:02:00", "00:10:00", "01:00:00", "01:00:00"], waits.Select(wait => wait.ToString()));
    }

    [Fact]
    public void Not_found_is_repeated_with_the_same_key_and_written_before()
    {
        var now = Unknown.Attempt!.AskAt;
        var step = Assert.IsType<Step.Write>(NextStep.OnHearing(Unknown, new GatewayOutcome.NotFound(), Gateway, now, now));
        Assert.Equal(GatewayCall.Authorise, step.Call);
        Assert.Equal((Unknown.Attempt.Number, Unknown.Attempt.Key, Unknown.Attempt.StartedAt), (step.Payment.Attempt!.Number, step.Payment.Attempt.Key, step.Payment.Attempt.StartedAt));
        Assert.Equal(Unknown.Version + 1, step.Payment.Version);
        Assert.True(step.Payment.Attempt.LeaseUntil > now);
    }

    [Fact]
    public void Not_found_asked_before_somebody_else_began_to_repeat_says_nothing()
    {
        var now = Unknown.Attempt!.AskAt;
        var repeated = Written(NextStep.OnHearing(Unknown, new GatewayOutcome.NotFound(), Gateway, now, now));
        Assert.IsType<Step.Nothing>(NextStep.OnHearing(repeated, new GatewayOutcome.NotFound(), Gateway, asked: now, now.AddMinutes(10)));
    }

    [Fact]
    public void An_unknown_outcome_from_before_somebody_else_began_to_repeat_does_not_end_that_lease()
    {
        var now = Noon.AddMinutes(1);
        var repeating = After(Unknown, new GatewayOutcome.NotFound(), now);
        Assert.IsType<Step.Nothing>(NextStep.OnHearing(repeating, new GatewayOutcome.Unknown("500"), Gateway, asked: now.AddSeconds(-1), now.AddSeconds(1)));

        // The repetition's own end does, and so does everything when the lease is over.
        var end = now + PaymentTimes.Lease;
        Assert.True(After(repeating, new GatewayOutcome.Unknown("500"), now.AddSeconds(1)).Attempt!.LeaseUntil < end);
        Assert.IsType<Step.Write>(NextStep.OnHearing(repeating, new GatewayOutcome.Unknown("500"), Gateway, asked: now.AddSeconds(-1), end));
    }

    [Fact]
    public void A_key_that_the_gateway_may_have_forgotten_is_never_used_again()
    {
        var tomorrow = Noon.AddHours(12);
        var step = Assert.IsType<Step.Write>(NextStep.OnHearing(Unknown, new GatewayOutcome.NotFound(), Gateway, tomorrow, tomorrow));
        Assert.Equal(GatewayCall.None, step.Call);
        Assert.Equal(PaymentState.Unknown, step.Payment.State);
    }

    [Fact]
    public void Unknown_for_a_day_opens_one_case_and_asking_goes_on_daily()
    {
        var day = Noon.AddHours(24);
        var noticed = After(Unknown, new GatewayOutcome.Unknown("http-503"), day);
        var told = Written(NextStep.OnLooking(noticed, Gateway, day));
        Assert.Equal((EventTypes.PaymentCaseOpened, PaymentCase.OutcomeUnknown, PaymentState.Unknown), (told.Outbox, told.Case!.Code, told.State));
        Assert.IsType<Step.Nothing>(NextStep.OnLooking(told, Gateway, day));
        var later = After(told, new GatewayOutcome.Unknown("http-503"), day.AddHours(1));
        Assert.Equal((day.AddHours(25), null), (later.Attempt!.AskAt, later.Outbox));
        Assert.IsType<Step.Nothing>(NextStep.OnLooking(later, Gateway, day.AddHours(1)));
        Assert.Equal(PaymentState.Authorised, After(later, new GatewayOutcome.Approved("pi_1"), day.AddHours(25)).State);
    }

    [Fact]
    public void A_request_that_the_gateway_refuses_is_a_decline_and_a_case_of_ours()
    {
        var declined = After(Authorising, new GatewayOutcome.Refused("resource_missing"), Noon.AddSeconds(1));
        Assert.Equal((PaymentState.Declined, EventTypes.PaymentDeclined), (declined.State, declined.Outbox));
        var told = Written(NextStep.OnLooking(declined, Gateway, Noon.AddSeconds(1)));
        Assert.Equal((EventTypes.PaymentCaseOpened, declined.Version + 1, PaymentCase.RequestRefused), (told.Outbox, told.Version, told.Case!.Code));
        Assert.Equal(PaymentStatus.Declined, PaymentEvents.OfVersion(told)!.Payment.Status);
    }

    [Fact]
    public void Where_a_gateway_cannot_be_asked_the_same_request_again_is_the_question()
    {
        var mute = Gateway with { CanBeAsked = false };
        var step = Assert.IsType<Step.Write>(NextStep.OnLooking(Unknown, mute, Unknown.Attempt!.AskAt));
        Assert.Equal((GatewayCall.Authorise, Key), (step.Call, step.Payment.Attempt!.Key));
    }

    [Fact]
    public void Money_that_comes_for_a_payment_given_up_goes_back_and_a_person_is_told()
    {
        var step = Assert.IsType<Step.Write>(NextStep.OnHearing(Expired, new GatewayOutcome.Approved("pi_1"), Gateway, Noon, Noon.AddMinutes(40)));
        Assert.Equal((GatewayCall.Void, PaymentState.Voiding, "pi_1"), (step.Call, step.Payment.State, step.Payment.Reference));
        Assert.Equal(PaymentStatus.Expired, PaymentEvents.LastTold(step.Payment).Payment.Status);
        var told = Written(NextStep.OnLooking(step.Payment, Gateway, Noon.AddMinutes(40)));
        Assert.Equal((EventTypes.PaymentCaseOpened, PaymentCase.LateAuthorisation), (told.Outbox, told.Case!.Code));
    }

    [Fact]
    public void A_payment_given_up_is_looked_up_once_more_an_hour_later()
    {
        var hour = Noon.AddMinutes(90);
        Assert.Equal(hour, Expired.DueAt);
        Assert.IsType<Step.Nothing>(NextStep.OnLooking(Expired, Gateway, hour.AddTicks(-1)));
        Assert.IsType<Step.Ask>(NextStep.OnLooking(Expired, Gateway, hour));
        Assert.Null(After(Expired, new GatewayOutcome.NotFound(), hour).DueAt);
        Assert.Equal(hour.AddHours(1), After(Expired, new GatewayOutcome.Unknown("time-out"), hour).DueAt);
    }

    [Fact]
    public void What_is_settled_leaves_the_clock_when_it_comes_by()
    {
        var swept = Written(NextStep.OnLooking(Authorised, Gateway, Authorised.DueAt!.Value));
        Assert.Equal((PaymentState.Authorised, null, null), (swept.State, swept.DueAt, swept.Outbox));
        Assert.Equal(Authorised.Version + 1, swept.Version);
        Assert.IsType<Step.Nothing>(NextStep.OnLooking(swept, Gateway, Noon.AddDays(1)));
    }

    [Fact]
    public void A_void_without_an_answer_is_sent_again_and_a_refused_one_is_a_case()
    {
        var waiting = After(Voiding, new GatewayOutcome.Unknown("time-out"), Noon.AddSeconds(15));
        Assert.Equal(Noon.AddSeconds(20), waiting.Attempt!.AskAt);
        Assert.Equal(GatewayCall.Void, Assert.IsType<Step.Write>(NextStep.OnLooking(waiting, Gateway, Noon.AddSeconds(20))).Call);
        var refused = After(Voiding, new GatewayOutcome.Refused("payment_intent_unexpected_state"), Noon.AddSeconds(15));
        var told = Written(NextStep.OnLooking(refused, Gateway, Noon.AddSeconds(15)));
        Assert.Equal((EventTypes.PaymentCaseOpened, PaymentCase.VoidFailed, PaymentState.Voiding), (told.Outbox, told.Case!.Code, told.State));
        Assert.Equal(PaymentState.Voided, After(told, new GatewayOutcome.Voided(), Noon.AddDays(2)).State);
    }

    [Fact]
    public void A_not_found_from_before_does_not_end_a_void() =>
        Assert.IsType<Step.Nothing>(NextStep.OnHearing(Voiding, new GatewayOutcome.NotFound(), Gateway, Noon, Noon.AddMinutes(5)));

    [Fact]
    public void Who_asks_after_a_case_or_a_sweep_is_told_the_same_event_under_the_same_id()
    {
        var declined = After(Authorising, new GatewayOutcome.Refused("resource_missing"), Noon.AddSeconds(1));
        var first = PaymentEvents.OfVersion(declined)!;
        var told = Written(NextStep.OnLooking(declined, Gateway, Noon.AddSeconds(1)));
        Assert.NotEqual(first.Id, PaymentEvents.OfVersion(told)!.Id);
        Assert.Equal(first, PaymentEvents.LastTold(told));

        var swept = Written(NextStep.OnLooking(Authorised, Gateway, Authorised.DueAt!.Value));
        Assert.Equal(PaymentEvents.OfVersion(Authorised), PaymentEvents.LastTold(swept));
        Assert.Null(PaymentEvents.OfVersion(swept));
    }

    [Fact]
    public void While_an_authorisation_is_given_up_nothing_is_told_that_an_order_could_count_on()
    {
        Assert.IsType<Step.Nothing>(AnswerPaymentDue.Decide(Voiding, Due(), Gateway, Noon.AddSeconds(11)));
        var late = Written(NextStep.OnHearing(Expired, new GatewayOutcome.Approved("pi_1"), Gateway, Noon, Noon.AddMinutes(40)));
        Assert.Equal(EventTypes.PaymentExpired, PaymentEvents.LastTold(Assert.IsType<Step.Tell>(AnswerPaymentDue.Decide(late, Due(), Gateway, Noon.AddMinutes(41))).Payment).Type);
    }

    [Fact]
    public void A_repetition_that_is_refused_is_looked_up_once_more_for_the_first_request_may_still_arrive()
    {
        var asked = Unknown.Attempt!.AskAt;
        var repeated = After(Unknown, new GatewayOutcome.NotFound(), asked);
        var refused = Written(NextStep.OnLooking(After(repeated, new GatewayOutcome.Refused("resource_missing"), asked), Gateway, asked));
        Assert.Equal((PaymentState.Declined, asked.AddHours(1)), (refused.State, refused.DueAt!.Value));

        Assert.IsType<Step.Ask>(NextStep.OnLooking(refused, Gateway, asked.AddHours(1)));
        Assert.Equal((PaymentState.Voiding, PaymentCase.LateAuthorisation), After(refused, new GatewayOutcome.Approved("pi_1"), asked.AddHours(1)) is var late ? (late.State, late.Case!.Code) : default);
        Assert.Null(After(refused, new GatewayOutcome.NotFound(), asked.AddHours(1)).DueAt);
    }
}
