using CsCheck;
using Oms.Contracts;
using Oms.Payments;

namespace Oms.Tests.Payments;

/// <summary>
/// The real handlers, store and SDK-shaped clients on one thread: every call parks before and after its effect, and a random schedule decides
/// which goes on, fails, loses its answer or dies with its worker, while events come twice and in any order.
/// </summary>
public sealed class PaymentStormTests
{
    [Fact]
    public void In_any_order_with_any_loss_an_order_is_charged_by_one_key_and_ends_as_it_should() =>
        Gen.Int[0, 99].Array[10, 160].Sample(
            moves =>
            {
                using var storm = new PaymentStorm();
                foreach (var move in moves)
                {
                    storm.Move(move);
                }

                storm.CalmDown();
                Check(storm);
            },
            iter: 1000,
            print: moves => string.Join(',', moves));

    [Fact]
    public void Without_any_fault_it_is_authorised()
    {
        using var storm = new PaymentStorm();
        storm.Move(1);
        storm.CalmDown();
        Assert.Equal([PaymentState.Authorising, PaymentState.Authorised, PaymentState.Authorised], storm.Versions.Select(version => version.State));
        Check(storm);
    }

    private static void Check(PaymentStorm storm)
    {
        Assert.All(storm.Gateway.Authorised, authorised => Assert.Equal(Given.Key, authorised.Key));
        Assert.True(storm.Gateway.Authorised.Count <= 1, "charged twice");
        Assert.All(storm.Versions.Index(), entry => Assert.Equal(entry.Index + 1, entry.Item.Version));
        Assert.All(storm.Versions.Zip(storm.Versions.Skip(1)), pair => Assert.True(IsLegal(pair.First.State, pair.Second.State), $"{pair.First.State} → {pair.Second.State}"));

        // Never needed here, because "not found" is believed late enough: money for a payment that was given up.
        Assert.DoesNotContain(storm.Versions, version => version.Case?.Code == PaymentCase.LateAuthorisation);
        if (storm.Versions is not [.., var last])
        {
            return;
        }

        Assert.True(last.IsFinal || last.State == PaymentState.Authorised, $"stuck in {last.State}");
        Assert.Equal(last.State == PaymentState.Authorised, storm.Gateway.HoldsMoney);
        if (last.Wish == OrderWish.Release)
        {
            Assert.False(storm.Gateway.HoldsMoney);
        }

        // What was promised to the order is kept: expired stays expired, declined stays declined.
        var told = storm.Versions.Select(version => PaymentEvents.StatusOf(version.State)).ToList();
        foreach (var end in new[] { PaymentStatus.Expired, PaymentStatus.Declined })
        {
            Assert.DoesNotContain(told.SkipWhile(status => status != end), status => status is PaymentStatus.Authorised or PaymentStatus.Authorising or PaymentStatus.Unknown);
        }
    }

    private static bool IsLegal(PaymentState from, PaymentState to) => from == to || (from, to) is
        (PaymentState.Authorising, PaymentState.Unknown or PaymentState.Authorised or PaymentState.Declined or PaymentState.Voiding or PaymentState.Voided or PaymentState.Expired)
        or (PaymentState.Unknown, PaymentState.Authorised or PaymentState.Declined or PaymentState.Voiding or PaymentState.Voided or PaymentState.Expired)
        or (PaymentState.Authorised, PaymentState.Voiding)
        or (PaymentState.Voiding, PaymentState.Voided)

        // Money that came for a payment given up, on its way back.
        or (PaymentState.Expired or PaymentState.Declined, PaymentState.Voiding);
}
