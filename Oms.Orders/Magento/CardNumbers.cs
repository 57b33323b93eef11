using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Oms.Orders.Magento;

/// <summary>
/// Card numbers that a customer or a clerk typed into free text are taken out before anything is stored. The order is never refused for one:
/// other numbers pass the same check. Ids, SKUs and phone numbers are left as they are.
/// </summary>
internal static class CardNumbers
{
    private const string Removed = "[card number removed]";
    private const int FewestDigits = 13;
    private const int MostDigits = 19;

    private static readonly HashSet<string> Exempt = new(StringComparer.OrdinalIgnoreCase)
    {
        "sku", "telephone", "phone", "fax", "mobile", "ean", "gtin", "upc", "barcode", "isbn", "imei", "serial", "serial_number", "track_number", "tracking_number",
        "po_number", "protect_code", "remote_ip", "x_forwarded_for", "created_at", "updated_at", "id", "key", "code", "postcode", "vat_number",
    };

    /// <returns>The body without card numbers; where there are none the very same bytes, but for a byte order mark.</returns>
    public static ReadOnlyMemory<byte> Redact(ReadOnlyMemory<byte> body, out bool found)
    {
        if (body.Span.StartsWith("\uFEFF"u8))
        {
            body = body[3..]; // a byte order mark, which the parser does not take
        }

        using var document = JsonDocument.Parse(body);
        found = Holds(document.RootElement, "");
        if (!found)
        {
            return body;
        }

        var buffer = new ArrayBufferWriter<byte>(body.Length);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Copy(writer, document.RootElement, "");
        }

        return buffer.WrittenMemory;
    }

    /// <summary>13 to 19 digits with the prefix and length of a card brand and a correct check digit, alone or in groups.</summary>
    public static bool IsIn(string text) => Find(text).Count > 0;

    public static string Redact(string text)
    {
        var rest = 0;
        var redacted = new StringBuilder(text.Length);
        foreach (var range in Find(text))
        {
            redacted.Append(text, rest, range.Start.Value - rest).Append(Removed);
            rest = range.End.Value;
        }

        return redacted.Append(text, rest, text.Length - rest).ToString();
    }

    /// <summary>Groups of digits with one blank or hyphen between them; a card number begins and ends with a group ("4111 … 1111 12/26").</summary>
    private static List<Range> Find(string text)
    {
        var found = new List<Range>();
        var groups = Groups(text);
        for (var first = 0; first < groups.Count; first++)
        {
            var digits = 0;
            for (var last = first; last < groups.Count && (last == first || IsJoined(text, groups[last - 1], groups[last])); last++)
            {
                digits += groups[last].GetOffsetAndLength(text.Length).Length;
                if (digits > MostDigits)
                {
                    break;
                }

                var range = groups[first].Start..groups[last].End;
                if (digits >= FewestDigits && IsCard(text.AsSpan()[range]))
                {
                    found.Add(range);
                    first = last;
                    break;
                }
            }
        }

        return found;
    }

    private static List<Range> Groups(string text)
    {
        var groups = new List<Range>();
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
            {
                i++;
            }

            // Digits inside a word are part of an id or a SKU.
            if (i > start && (start == 0 || !char.IsLetter(text[start - 1])) && (i == text.Length || !char.IsLetter(text[i])))
            {
                groups.Add(start..i);
            }
        }

        return groups;
    }

    private static bool IsJoined(string text, Range left, Range right) =>
        right.Start.Value == left.End.Value + 1 && text[left.End.Value] is ' ' or '-';

    private static bool Holds(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.String => !IsExempt(name) && IsIn(element.GetString()!),
        JsonValueKind.Object => element.EnumerateObject().Any(member => Holds(member.Value, member.Name)),
        JsonValueKind.Array => element.EnumerateArray().Any(entry => Holds(entry, name)),
        _ => false,
    };

    private static void Copy(Utf8JsonWriter writer, JsonElement element, string name)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    Copy(writer, member.Value, member.Name);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var entry in element.EnumerateArray())
                {
                    Copy(writer, entry, name);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String when !IsExempt(name):
                writer.WriteStringValue(Redact(element.GetString()!));
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static bool IsExempt(string name) =>
        Exempt.Contains(name)
        || name.EndsWith("_id", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("_ids", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("_sku", StringComparison.OrdinalIgnoreCase);

    /// <param name="text">13 to 19 digits, alone or in groups.</param>
    private static bool IsCard(ReadOnlySpan<char> text)
    {
        Span<int> digits = stackalloc int[MostDigits];
        var length = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                digits[length++] = c - '0';
            }
        }

        var sum = 0;
        for (var i = 0; i < length; i++)
        {
            var digit = digits[length - 1 - i] * (i % 2 == 0 ? 1 : 2);
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0 && IsBrand((digits[0] * 1000) + (digits[1] * 100) + (digits[2] * 10) + digits[3], length);
    }

    private static bool IsBrand(int prefix, int length) => prefix switch
    {
        >= 4000 and <= 4999 => length is 13 or 16 or 19,
        >= 5100 and <= 5599 or >= 2221 and <= 2720 => length == 16,
        >= 3400 and <= 3499 or >= 3700 and <= 3799 => length == 15,
        >= 3000 and <= 3059 or >= 3600 and <= 3699 or >= 3800 and <= 3999 => length is 14 or 16,
        >= 3528 and <= 3589 => length is 16 or 19,
        6011 or >= 6440 and <= 6599 or >= 6200 and <= 6299 => length is 16 or 19,
        >= 5000 and <= 5099 or >= 5600 and <= 5899 or >= 6300 and <= 6399 or >= 6700 and <= 6799 => length is 16 or 19,
        _ => false,
    };
}
