using System.Globalization;
using System.Numerics;

namespace Oms.LocalAws.Embedded.DynamoDb.Values;

/// <summary>
/// A number of DynamoDB: at most 38 significant digits, magnitude from 1E-130 to 9.9…E+125, exact decimal arithmetic.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
/// </summary>
internal readonly struct Number : IEquatable<Number>
{
    private const int MaxDigits = 38;
    private const int MaxMagnitude = 125;
    private const int MinMagnitude = -130;

    private static readonly UInt128[] PowersOfTen = Powers();

    private readonly UInt128 _digits; // no trailing zeros; 0 is zero
    private readonly short _exponent;
    private readonly byte _length;
    private readonly bool _negative;

    private Number(UInt128 digits, int exponent, bool negative)
    {
        _digits = digits;
        _exponent = (short)exponent;
        _length = (byte)Length(digits);
        _negative = negative;
    }

    /// <summary>Bytes that the number takes in an item: one for two significant digits, one more, and one for a minus sign.</summary>
    public int Size => 1 + ((_length + 1) / 2) + (_negative ? 1 : 0);

    /// <exception cref="DynamoDbException">No number, or none that DynamoDB can keep.</exception>
    public static Number Parse(string text)
    {
        var at = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is '-' or '+') negative = text[at++] == '-';
        UInt128 digits = 0;
        int length = 0, zeros = 0, fraction = 0;
        bool any = false, point = false;
        for (; at < text.Length && (char.IsAsciiDigit(text[at]) || (text[at] == '.' && !point)); at++)
        {
            if (text[at] == '.')
            {
                point = true;
                continue;
            }

            any = true;
            if (point) fraction++;
            if (text[at] == '0')
            {
                if (length > 0) zeros++;
                continue;
            }

            length += zeros + 1;
            if (length <= MaxDigits) digits = (digits * PowersOfTen[zeros + 1]) + (UInt128)(text[at] - '0');
            zeros = 0;
        }

        var exponent = 0;
        if (any && at < text.Length && text[at] is 'e' or 'E')
            any = int.TryParse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) && Math.Abs((long)exponent) < 1_000_000;
        else if (at < text.Length)
            any = false;
        if (!any) throw NotANumber(text);
        if (length == 0) return default;
        return Checked(digits, length, (long)exponent - fraction + zeros, negative);
    }

    /// <exception cref="DynamoDbException">The sum is too big or needs too many digits.</exception>
    public static Number operator +(Number one, Number other)
    {
        if (one._length == 0) return other;
        if (other._length == 0) return one;
        var exponent = Math.Min(one._exponent, other._exponent);
        int shiftOne = one._exponent - exponent, shiftOther = other._exponent - exponent;
        if (one._length + shiftOne < MaxDigits && other._length + shiftOther < MaxDigits)
        {
            var sum = one.Signed(shiftOne) + other.Signed(shiftOther);
            return Normal((UInt128)Int128.Abs(sum), exponent, Int128.IsNegative(sum));
        }

        var big = one.Big(shiftOne) + other.Big(shiftOther);
        if (big.IsZero) return default;
        var rest = BigInteger.Abs(big);
        while ((rest % 10).IsZero)
        {
            rest /= 10;
            exponent++;
        }

        var length = rest.ToString(CultureInfo.InvariantCulture).Length;
        return Checked(length <= MaxDigits ? (UInt128)rest : 0, length, exponent, big.Sign < 0);
    }

    public static Number operator -(Number number) => number._length == 0 ? number : new(number._digits, number._exponent, !number._negative);

    public static Number operator -(Number one, Number other) => one + -other;

    public static Number Of(int value) => Normal((UInt128)Math.Abs((long)value), 0, value < 0);

    /// <summary>The whole seconds, or null where it is no point in time.</summary>
    public long? Whole() => _exponent >= 0 && _length + _exponent <= 18 ? (long)Signed(_exponent) : null;

    public bool Equals(Number other) => _digits == other._digits && _exponent == other._exponent && _negative == other._negative;

    public override bool Equals(object? obj) => obj is Number other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_digits, _exponent, _negative);

    public int Order(Number other)
    {
        if (_length == 0 || other._length == 0 || _negative != other._negative) return Sign.CompareTo(other.Sign);
        var magnitude = (_length + _exponent).CompareTo(other._length + other._exponent);
        if (magnitude == 0)
        {
            var exponent = Math.Min(_exponent, other._exponent);
            magnitude = (_digits * PowersOfTen[_exponent - exponent]).CompareTo(other._digits * PowersOfTen[other._exponent - exponent]);
        }

        return _negative ? -magnitude : magnitude;
    }

    /// <summary>As DynamoDB gives it back: plain digits, no exponent, no needless zeros.</summary>
    public override string ToString()
    {
        if (_length == 0) return "0";
        var digits = _digits <= ulong.MaxValue ? ((ulong)_digits).ToString(CultureInfo.InvariantCulture) : _digits.ToString(CultureInfo.InvariantCulture);
        var sign = _negative ? "-" : "";
        if (_exponent == 0) return sign + digits;
        if (_exponent > 0) return sign + digits + new string('0', _exponent);
        var whole = digits.Length + _exponent;
        return whole > 0 ? $"{sign}{digits.AsSpan(0, whole)}.{digits.AsSpan(whole)}" : $"{sign}0.{new string('0', -whole)}{digits}";
    }

    private int Sign => _length == 0 ? 0 : _negative ? -1 : 1;

    private static DynamoDbException NotANumber(string text) =>
        DynamoDbException.Validation(text.Length == 0 ? "The parameter cannot be converted to a numeric value" : $"The parameter cannot be converted to a numeric value: {text}");

    private static Number Checked(UInt128 digits, int length, long exponent, bool negative)
    {
        var magnitude = exponent + length - 1;
        if (magnitude > MaxMagnitude) throw DynamoDbException.Validation("Number overflow. Attempting to store a number with magnitude larger than supported range");
        if (magnitude < MinMagnitude) throw DynamoDbException.Validation("Number underflow. Attempting to store a number with magnitude smaller than supported range");
        if (length > MaxDigits) throw DynamoDbException.Validation("Attempting to store more than 38 significant digits in a Number");
        return new(digits, (int)exponent, negative);
    }

    private static Number Normal(UInt128 digits, int exponent, bool negative)
    {
        if (digits == 0) return default;
        if (digits <= ulong.MaxValue)
        {
            var small = (ulong)digits;
            for (; small % 10 == 0; small /= 10) exponent++;
            digits = small;
        }
        else
        {
            for (; digits % 10 == 0; digits /= 10) exponent++;
        }

        return Checked(digits, Length(digits), exponent, negative);
    }

    private static int Length(UInt128 digits)
    {
        var length = 0;
        while (length < PowersOfTen.Length && digits >= PowersOfTen[length]) length++;
        return length;
    }

    private Int128 Signed(int shift)
    {
        var value = (Int128)(_digits * PowersOfTen[shift]);
        return _negative ? -value : value;
    }

    private BigInteger Big(int shift)
    {
        var value = (BigInteger)_digits * BigInteger.Pow(10, shift);
        return _negative ? -value : value;
    }

    private static UInt128[] Powers()
    {
        var powers = new UInt128[MaxDigits + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++) powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
