using System.Text.Json;

namespace Oms.Tests.Fuzzing;

/// <summary>What stands in a JSON document where something else should, as it is written there.</summary>
internal static class OddValues
{
    /// <summary>JSON, or something that is none.</summary>
    public static readonly string[] Raw =
    [
        "null", "true", "false", "[]", "{}", "\"\"", "\" \"", "-1", "0", "-0", "1e999", "-1e999", "1e-400", "NaN", "Infinity", "0x10", "01", "+1", "1.", ".5", "1_000", "'x'",
        "1234567890123456789012345678901234567890", "0.1234567890123456789012345678901234567890", "99999999999999999999", "9223372036854775808", "79228162514264337593543950336",
        "\"\\u0000\"", "\"\\u001b[31m\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\x\"", "\"a\\u202eb\"", "\"\\u200f\"", "\"\\ufeff\"", "undefined", "[[[[]]]]", "{\"a\":{\"b\":{\"c\":1}}}",
    ];

    /// <summary>Text that somebody may interpret who should not.</summary>
    public static readonly string[] Texts =
    [
        "x", "1", "1,5", "1.5.5", " 12 ", "12.345678", "1e3", "NaN", "EUR", "eur", "EURO", "€", "٣", "１２", "0000-00-00 00:00:00", "9999-12-31 23:59:59", "2026-02-30T25:61:61Z",
        "\u0000", "\u0007\u0008", "\r\nx-injected: 1", "\u202eevil\u202c", "\u200b", "👩‍👩‍👧‍👦", "e\u0301", "ﷺ", "İ", "ß", "../../../../etc/passwd", "..\\..\\windows", "%2e%2e%2f", "%00", "~1~0",
        "' OR '1'='1", "\"; DROP TABLE orders; --", "{{7*7}}", "${jndi:ldap://127.0.0.1/a}", "<script>alert(1)</script>", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "attribute_not_exists(pk)", "head", "doc#1#000", "#", "ord_00000000000000000000000001",
        new('x', 64), new('x', 65), new('x', 255), new('x', 256), new('x', 5_000), new('é', 300),
    ];

    /// <summary>Names that a JSON pointer has to escape, or that a path in dots and brackets would get wrong.</summary>
    public static readonly string[] Names = ["unknown", "a.b", "a/b", "a~b", "a b", "x['y']", "[0]", "", "$", "日本", "🛒", "status", "total", "tenant", "__proto__", "\u0001", new('n', 300)];

    public static string Encoded(string text) => JsonSerializer.Serialize(text);
}
