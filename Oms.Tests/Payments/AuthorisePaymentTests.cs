using Oms.Contracts;
using Oms.Payments;
using static Oms.Tests.Payments.Given;

namespace Oms.Tests.Payments;

public sealed class AuthorisePaymentTests
{
    [Fact]
    public void The_attempt_its_key_and_its_amount_are_written_before_the_gateway_is_called()
    {
        var step = Assert.IsType<Step.Write>(AuthorisePayment.Decide(null, Order(), Gateway, Noon));
        Assert.Equal(GatewayCall.Authorise, step.Call);
        Assert.Equal((1, PaymentState.Authorising, new Money(4470, "EUR")), (step.Payment.Version, step.Payment.State, step.Payment.Amount));
        Assert.Equal((1, Key, Noon.AddSeconds(30)), (step.Payment.Attempt!.Number, step.Payment.Attempt.Key, step.Payment.Attempt.LeaseUntil));
        Assert.Equal(EventTypes.PaymentStarted, step.Payment.Outbox);
        Assert.True(step.Payment.DueAt > step.Payment.Attempt.LeaseUntil);
    }

    [Fact]
    public void Twice_while_the_first_call_runs_nothing_happens() =>
        Assert.IsType<Step.Nothing>(AuthorisePayment.Decide(Authorising, Order(), Gateway, Noon.AddSeconds(29)));

    [Fact]
    public void Twice_after_the_first_worker_died_the_gateway_is_asked_and_not_called() =>
        Assert.IsType<Step.Ask>(AuthorisePayment.Decide(Authorising, Order(), Gateway, Noon.AddSeconds(30)));

    [Fact]
    public void Asked_for_what_is_known_it_is_told_again()
    {
        foreach (var known in new[] { Authorised, Declined, Expired, Voided })
        {
            Assert.Equal(new Step.Tell(known), AuthorisePayment.Decide(known, Order(ask: true), Gateway, Noon.AddMinutes(31)));
            Assert.IsType<Step.Nothing>(AuthorisePayment.Decide(known, Order(), Gateway, Noon.AddMinutes(31)));
        }
    }

    [Fact]
    public void After_a_cancellation_that_came_first_nothing_is_begun()
    {
        var tombstone = Written(ReleasePayment.Decide(null, Cancelled(), Gateway, Noon));
        Assert.IsType<Step.Nothing>(AuthorisePayment.Decide(tombstone, Order(), Gateway, Noon.AddHours(1)));
    }

    [Fact]
    public void What_the_shop_collects_itself_is_left_alone()
    {
        var order = Order();
        Assert.IsType<Step.Nothing>(AuthorisePayment.Decide(null, order with { Order = order.Order with { Payer = Payer.Magento } }, Gateway, Noon));
        Assert.IsType<Step.Nothing>(AuthorisePayment.Decide(null, order with { Order = order.Order with { State = OrderState.Review } }, Gateway, Noon));
    }

    [Theory]
    [InlineData("44.705", "EUR")]
    [InlineData("forty", "EUR")]
    [InlineData("44.70", "eur")]
    public void An_amount_that_cannot_be_read_is_never_sent(string amount, string currency)
    {
        var order = Order();
        Assert.Throws<FormatException>(() => AuthorisePayment.Decide(null, order with { Order = order.Order with { AmountToCollect = amount, Currency = currency } }, Gateway, Noon));
    }
}
