using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>One message attribute; the value of a binary one is in Base64.</summary>
internal sealed record MessageAttribute(string DataType, string Value)
{
    private const int LongestName = 256;

    public bool IsBinary => IsBinaryType(DataType);

    public bool IsNumber => DataType == "Number" || DataType.StartsWith("Number.", StringComparison.Ordinal);

    public byte[] Bytes => IsBinary ? Convert.FromBase64String(Value) : Encoding.UTF8.GetBytes(Value);

    /// <summary>Bytes that count for the limits: name, type and value of each attribute.</summary>
    public static int Size(IReadOnlyDictionary<string, MessageAttribute> attributes) =>
        attributes.Sum(a => Encoding.UTF8.GetByteCount(a.Key) + Encoding.UTF8.GetByteCount(a.Value.DataType) + a.Value.Bytes.Length);

    /// <summary>Bytes of an entry that count for the limit of its batch. Attributes that are refused count nothing: their entry fails by itself.</summary>
    public static int EntrySize(string? body, Func<IReadOnlyDictionary<string, MessageAttribute>> read)
    {
        var size = Encoding.UTF8.GetByteCount(body ?? "");
        try
        {
            return size + Size(read());
        }
        catch (MessagingException)
        {
            return size;
        }
    }

    /// <summary>https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation</summary>
    public static string? Md5(IEnumerable<KeyValuePair<string, MessageAttribute>> attributes)
    {
        using var bytes = new MemoryStream();
        void Add(byte[] part)
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            bytes.Write(length);
            bytes.Write(part);
        }

        foreach (var (name, attribute) in attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            Add(Encoding.UTF8.GetBytes(name));
            Add(Encoding.UTF8.GetBytes(attribute.DataType));
            bytes.WriteByte(attribute.IsBinary ? (byte)2 : (byte)1);
            Add(attribute.Bytes);
        }

        return bytes.Length == 0 ? null : Md5(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

#pragma warning disable CA5351 // the checksum that SQS's protocol prescribes
    public static string Md5(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    /// <summary>An attribute as sent. One whose type begins with Binary has its value in that field, any other in the field for text; the other field is not looked at.</summary>
    /// <param name="refuse">Makes the refusal of the service that was called from what is wrong.</param>
    public static MessageAttribute Read(string name, string? dataType, string? text, string? binary, Func<string, MessagingException> refuse)
    {
        if (Problem(name, dataType, text, binary) is { } problem) throw refuse(problem);
        return new(dataType!, (IsBinaryType(dataType!) ? binary : text)!);
    }

    /// <summary>
    /// The rules of names, types and values, which SNS and SQS share; null when it keeps them.
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-message-attributes
    /// </summary>
    private static string? Problem(string name, string? dataType, string? text, string? binary)
    {
        if (name.Length is 0 or > LongestName || name.StartsWith('.') || name.EndsWith('.') || name.Contains("..", StringComparison.Ordinal)
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            return $"The message attribute name '{name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.";
        if (name.StartsWith("aws.", StringComparison.OrdinalIgnoreCase) || name.StartsWith("amazon.", StringComparison.OrdinalIgnoreCase))
            return $"The message attribute name '{name}' is invalid because it starts with a reserved prefix.";
        if (string.IsNullOrEmpty(dataType))
            return $"The message attribute '{name}' must contain non-empty message attribute type.";
        var kind = dataType.Split('.')[0];
        var isBinary = IsBinaryType(dataType);
        if (kind is not ("String" or "Number" or "Binary") || dataType.Length > LongestName)
            return $"The type of message attribute '{name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.";
        var (value, other) = isBinary ? (binary, text) : (text, binary);
        if (other is not null && value is null)
            return $"The message attribute '{name}' with type '{dataType}' must use field '{(isBinary ? "Binary" : "String")}'.";
        if (string.IsNullOrEmpty(value))
            return $"The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{dataType}'.";
        if (kind == "Number" && !decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            return $"Could not cast message attribute '{name}' value to number.";
        return isBinary && !Convert.TryFromBase64String(value, new byte[value.Length], out _)
            ? $"The message attribute '{name}' holds no Base64."
            : null;
    }

    private static bool IsBinaryType(string dataType) => dataType.StartsWith("Binary", StringComparison.Ordinal);
}
