using System.Text;

namespace Oms.LocalAws.Embedded.DynamoDb.Values;

/// <summary>
/// One attribute's value, never changed once made. Equal values are of one type; sets are equal in any order.
/// Size is in bytes as DynamoDB counts them: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
/// </summary>
internal abstract class AttributeValue : IEquatable<AttributeValue>
{
    /// <summary>So many lists and maps may lie in each other: what the innermost holds is on the 32nd level, the last.</summary>
    public const int MaxDepth = 31;

    public abstract AttributeType Type { get; }

    public abstract int Size { get; }

    /// <summary>How many lists and maps lie in each other, with this one.</summary>
    public virtual int Depth => 0;

    public abstract bool Equals(AttributeValue? other);

    public sealed override bool Equals(object? obj) => Equals(obj as AttributeValue);

    public abstract override int GetHashCode();

    /// <summary>Order of two values of the same of the types S, N and B: by UTF-8 bytes, by number, by unsigned bytes.</summary>
    public int Order(AttributeValue other) => (this, other) switch
    {
        (TextValue one, TextValue two) => Utf8Order.Compare(one.Text, two.Text),
        (NumberValue one, NumberValue two) => one.Number.Order(two.Number),
        (BinaryValue one, BinaryValue two) => one.Bytes.AsSpan().SequenceCompareTo(two.Bytes),
        _ => throw new NotSupportedException($"values of the types {Type} and {other.Type} have no order"),
    };
}

internal sealed class TextValue(string text) : AttributeValue
{
    public string Text => text;

    public override AttributeType Type => AttributeType.S;

    public override int Size => Encoding.UTF8.GetByteCount(text);

    public override bool Equals(AttributeValue? other) => other is TextValue same && same.Text == text;

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);
}

internal sealed class NumberValue(Number number) : AttributeValue
{
    private string? _text;

    public Number Number => number;

    public string Text => _text ??= number.ToString();

    public override AttributeType Type => AttributeType.N;

    public override int Size => number.Size;

    public override bool Equals(AttributeValue? other) => other is NumberValue same && same.Number.Equals(number);

    public override int GetHashCode() => number.GetHashCode();
}

internal sealed class BinaryValue(byte[] bytes) : AttributeValue
{
    public byte[] Bytes => bytes;

    public override AttributeType Type => AttributeType.B;

    public override int Size => bytes.Length;

    public override bool Equals(AttributeValue? other) => other is BinaryValue same && same.Bytes.AsSpan().SequenceEqual(bytes);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}

internal sealed class BooleanValue : AttributeValue
{
    public static readonly BooleanValue True = new(), False = new();

    private BooleanValue()
    {
    }

    public override AttributeType Type => AttributeType.BOOL;

    public override int Size => 1;

    public override bool Equals(AttributeValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => this == True ? 1 : 0;
}

internal sealed class NullValue : AttributeValue
{
    public static readonly NullValue Instance = new();

    private NullValue()
    {
    }

    public override AttributeType Type => AttributeType.NULL;

    public override int Size => 1;

    public override bool Equals(AttributeValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => 0;
}

/// <summary>A set of texts, numbers or binaries, kept in their order: DynamoDB promises none, and so equal sets are written alike.</summary>
internal sealed class SetValue : AttributeValue
{
    /// <param name="members">At least one, all of one type, none twice.</param>
    public SetValue(IEnumerable<AttributeValue> members) => Members = [.. members.Order(Comparer<AttributeValue>.Create(static (one, other) => one.Order(other)))];

    public AttributeValue[] Members { get; }

    public override AttributeType Type => Members[0].Type switch
    {
        AttributeType.S => AttributeType.SS,
        AttributeType.N => AttributeType.NS,
        _ => AttributeType.BS,
    };

    public override int Size => Members.Sum(static member => member.Size);

    public override bool Equals(AttributeValue? other) => other is SetValue same && same.Type == Type && same.Members.AsSpan().SequenceEqual(Members);

    public override int GetHashCode() => HashCode.Combine(Members.Length, Members[0]);
}

internal sealed class ListValue(AttributeValue[] elements) : AttributeValue
{
    public AttributeValue[] Elements => elements;

    public override AttributeType Type => AttributeType.L;

    public override int Size => 3 + elements.Sum(static element => 1 + element.Size);

    public override int Depth => 1 + elements.Select(static element => element.Depth).DefaultIfEmpty().Max();

    public override bool Equals(AttributeValue? other) => other is ListValue same && same.Elements.AsSpan().SequenceEqual(elements);

    public override int GetHashCode() => elements.Length;
}

internal sealed class MapValue(AttributeMap attributes) : AttributeValue
{
    public AttributeMap Attributes => attributes;

    public override AttributeType Type => AttributeType.M;

    public override int Size => 3 + attributes.Count + attributes.Size;

    public override int Depth => 1 + attributes.Select(static attribute => attribute.Value.Depth).DefaultIfEmpty().Max();

    public override bool Equals(AttributeValue? other) => other is MapValue same && same.Attributes.Equals(attributes);

    public override int GetHashCode() => attributes.Count;
}
