using System.Collections.Frozen;
using System.Globalization;

namespace Oms.Contracts;

/// <summary>An amount in minor units of an ISO 4217 currency: 12.34 EUR is 1234, 12 JPY is 12.</summary>
public readonly record struct Money(long Minor, string Currency)
{
    private static readonly FrozenSet<string> InUse = new[]
    {
        "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF",
        "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD",
        "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD",
        "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK",
        "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS",
        "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static Money Zero(string currency) => new(0, currency);

    /// <summary>Digits behind the decimal point of <paramref name="currency"/> (ISO 4217).</summary>
    public static int Exponent(string currency) => currency switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "VND" or "VUV" or "XAF" or "XOF" or "XPF" => 0,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
        _ => 2,
    };

    /// <summary>Looks like a currency. A shop's own order may name one that is not in use any more, or a token of its own.</summary>
    public static bool IsCurrency(string? code) => code is { Length: 3 } && code.All(char.IsAsciiLetterUpper);

    /// <summary>A currency that somebody can pay with: list one of ISO 4217, without the codes of funds, metals and tests.</summary>
    public static bool IsInUse(string? code) => code is not null && InUse.Contains(code);

    /// <summary>Rounds half away from zero to the currency's minor unit, as Magento's totals are rounded.</summary>
    /// <returns>False where the amount does not fit into 64 bits of minor units.</returns>
    public static bool TryFromDecimal(decimal amount, string currency, out Money money)
    {
        money = Zero(currency);
        if (Math.Abs(amount) > 9_000_000_000_000_000m)
        {
            return false;
        }

        var factor = Exponent(currency) switch { 0 => 1m, 3 => 1000m, _ => 100m };
        money = new Money((long)Math.Round(amount * factor, MidpointRounding.AwayFromZero), currency);
        return true;
    }

    /// <summary>Reads the wire form, a decimal string such as "44.70"; more decimals than the currency has are refused.</summary>
    public static bool TryParse(string? text, string currency, out Money money)
    {
        money = Zero(currency);
        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && TryFromDecimal(amount, currency, out money)
            && money.ToDecimal() == amount;
    }

    public decimal ToDecimal() => Minor / (Exponent(Currency) switch { 0 => 1m, 3 => 1000m, _ => 100m });

    /// <summary>The wire form: a decimal string with exactly the currency's decimals.</summary>
    public string ToWire() => ToDecimal().ToString("F" + Exponent(Currency).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static Money operator +(Money left, Money right) => new(left.Minor + Same(left, right).Minor, left.Currency);

    public static Money operator -(Money left, Money right) => new(left.Minor - Same(left, right).Minor, left.Currency);

    public static Money Add(Money left, Money right) => left + right;

    public static Money Subtract(Money left, Money right) => left - right;

    public override string ToString() => $"{ToWire()} {Currency}";

    private static Money Same(Money left, Money right) => left.Currency == right.Currency
        ? right
        : throw new InvalidOperationException($"{left.Currency} and {right.Currency} cannot be added: a payment has one currency");
}
