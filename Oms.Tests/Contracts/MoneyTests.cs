using CsCheck;
using Oms.Contracts;

namespace Oms.Tests.Contracts;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("44.70", "EUR", 4470)]
    [InlineData("44.7", "EUR", 4470)]
    [InlineData("1200", "JPY", 1200)]
    [InlineData("1.005", "KWD", 1005)]
    [InlineData("-3.10", "EUR", -310)]
    public void A_decimal_string_becomes_minor_units(string text, string currency, long minor)
    {
        Assert.True(Money.TryParse(text, currency, out var money));
        Assert.Equal(new Money(minor, currency), money);
    }

    [Theory]
    [InlineData("44.705", "EUR")]
    [InlineData("1.5", "JPY")]
    [InlineData("NaN", "EUR")]
    [InlineData("1e3", "EUR")]
    [InlineData("1,000.00", "EUR")]
    [InlineData(" 1.00", "EUR")]
    [InlineData("", "EUR")]
    [InlineData(null, "EUR")]
    [InlineData("99999999999999999999", "EUR")]
    [InlineData("79228162514264337593543950336", "EUR")]
    public void What_is_not_an_amount_of_that_currency_is_refused(string? text, string currency) => Assert.False(Money.TryParse(text, currency, out _));

    [Theory]
    [InlineData("EUR", true)]
    [InlineData("XOF", true)]
    [InlineData("ZZZ", false)]
    [InlineData("XTS", false)]
    [InlineData("eur", false)]
    [InlineData(null, false)]
    public void A_currency_is_one_that_somebody_can_pay_with(string? code, bool isInUse) => Assert.Equal(isInUse, Money.IsInUse(code));

    [Theory]
    [InlineData(29.869999999999997, "EUR", "29.87")]
    [InlineData(0.125, "EUR", "0.13")]
    [InlineData(-0.125, "EUR", "-0.13")]
    [InlineData(99.5, "JPY", "100")]
    public void Float_noise_rounds_to_the_minor_unit(double amount, string currency, string wire)
    {
        Assert.True(Money.TryFromDecimal((decimal)amount, currency, out var money));
        Assert.Equal(wire, money.ToWire());
    }

    [Fact]
    public void Every_amount_survives_its_wire_form() => Gen.Select(Gen.Long[-900_000_000_000_000, 900_000_000_000_000], Gen.OneOf(Gen.Const("EUR"), Gen.Const("JPY"), Gen.Const("KWD"))).Sample((minor, currency) =>
        Money.TryParse(new Money(minor, currency).ToWire(), currency, out var read) && read == new Money(minor, currency));

    [Fact]
    public void Two_currencies_do_not_add() => Assert.Throws<InvalidOperationException>(() => new Money(1, "EUR") + new Money(1, "USD"));

    [Fact]
    public void More_than_64_bits_of_minor_units_is_an_error_not_a_wrap() => Assert.Throws<OverflowException>(() => new Money(long.MaxValue, "EUR") + new Money(1, "EUR"));
}
