using System.Globalization;
using System.Text.Json;

namespace Oms.Orders.Magento;

/// <summary>
/// Reads JSON as PHP writes it: numbers as strings, empty objects as [], lists with gaps as objects, null or "" for absent.
/// Nothing here throws on odd input: what cannot be read is null.
/// </summary>
internal static class Lenient
{
    /// <summary>No amount or quantity of an order comes near; bounding keeps sums and products of them inside decimal.</summary>
    private const decimal Largest = 1_000_000_000_000m;

    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static JsonElement? Member(this JsonElement? element, string name) => element?.Member(name);

    /// <summary>Text, or a number as it is written; white space and "" count as absent.</summary>
    public static string? Text(this JsonElement element, string name) => element.Member(name)?.AsText();

    public static string? Text(this JsonElement? element, string name) => element?.Text(name);

    public static decimal? Number(this JsonElement element, string name) => element.Member(name)?.AsNumber();

    public static decimal? Number(this JsonElement? element, string name) => element?.Number(name);

    public static bool Flag(this JsonElement element, string name) =>
        element.Member(name) is { } value && (value.ValueKind == JsonValueKind.True || value.AsNumber() is > 0 || value.AsText() is "true");

    /// <summary>The members of a list; of an object too, because PHP writes a list with gaps as {"0": …, "2": …}.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement? element, string name) => element?.List(name) ?? [];

    public static IEnumerable<JsonElement> List(this JsonElement element, string name) => element.Member(name)?.Entries() ?? [];

    public static IEnumerable<JsonElement> Entries(this JsonElement element) => element.Keyed().Select(static entry => entry.Value);

    /// <summary>The members with the step of a JSON pointer that leads to each.</summary>
    public static IEnumerable<(string Key, JsonElement Value)> Keyed(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Select(static (entry, index) => (index.ToString(CultureInfo.InvariantCulture), entry)),
        JsonValueKind.Object => element.EnumerateObject().Where(static member => IsIndex(member.Name)).Select(static member => (member.Name, member.Value)),
        _ => [],
    };

    public static string? AsText(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => string.IsNullOrWhiteSpace(value.GetString()) ? null : value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>Four decimals, as Magento stores them: 29.869999999999997 is 29.87 that went through a float.</summary>
    public static decimal? AsNumber(this JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString(),
            _ => null,
        };
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= Largest
            ? Math.Round(number, 4, MidpointRounding.AwayFromZero)
            : null;
    }

    /// <summary>"yyyy-MM-dd HH:mm:ss" without a zone is UTC; "0000-00-00 00:00:00" is no time at all.</summary>
    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        DateTimeOffset.TryParse(element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        && time.Year > 1 ? DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds()) : null;

    private static bool IsIndex(string name) => name.Length > 0 && name.All(char.IsAsciiDigit);
}
