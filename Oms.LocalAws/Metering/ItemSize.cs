using System.Text;
using System.Text.Json;

namespace Oms.LocalAws.Metering;

/// <summary>
/// Bytes of an item as DynamoDB counts them.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
/// </summary>
internal static class ItemSize
{
    public static int Of(JsonElement item) => item.EnumerateObject().Sum(attribute => Of(attribute.Name, attribute.Value));

    /// <summary>The size of the entry that an index keeps of an item.</summary>
    public static int Of(JsonElement item, Func<string, bool> projected) =>
        item.EnumerateObject().Where(attribute => projected(attribute.Name)).Sum(attribute => Of(attribute.Name, attribute.Value));

    private static int Of(string name, JsonElement value) => Encoding.UTF8.GetByteCount(name) + Value(value);

    private static int Value(JsonElement typed)
    {
        var (type, value) = (typed.EnumerateObject().Single().Name, typed.EnumerateObject().Single().Value);
        return type switch
        {
            "S" => Encoding.UTF8.GetByteCount(value.GetString()!),
            "N" => Number(value.GetString()!),
            "B" => Binary(value.GetString()!),
            "BOOL" or "NULL" => 1,
            "SS" => value.EnumerateArray().Sum(v => Encoding.UTF8.GetByteCount(v.GetString()!)),
            "NS" => value.EnumerateArray().Sum(v => Number(v.GetString()!)),
            "BS" => value.EnumerateArray().Sum(v => Binary(v.GetString()!)),
            "L" => 3 + value.EnumerateArray().Sum(v => 1 + Value(v)),
            "M" => 3 + value.EnumerateObject().Sum(v => 1 + Of(v.Name, v.Value)),
            _ => throw new NotSupportedException($"'{type}' is no attribute type of DynamoDB"),
        };
    }

    /// <summary>One byte for two significant digits, one for the exponent, one more for a sign; zeros at both ends are not kept.</summary>
    private static int Number(string number)
    {
        var mantissa = number.Split('e', 'E')[0];
        var digits = mantissa.TrimStart('-', '+').Replace(".", "", StringComparison.Ordinal).Trim('0').Length;
        return 1 + ((digits + 1) / 2) + (mantissa[0] == '-' ? 1 : 0);
    }

    private static int Binary(string base64) => base64.Length == 0 ? 0 : (base64.Length / 4 * 3) - base64.AsSpan().Count('=');
}
