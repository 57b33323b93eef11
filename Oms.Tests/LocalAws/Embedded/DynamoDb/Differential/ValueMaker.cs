using System.Text.Json.Nodes;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>Items and values from a small world: that conditions meet what is there, and not always.</summary>
internal sealed class ValueMaker(Dice dice, bool numberSort)
{
    /// <summary>Attributes that usually have the type that their name says.</summary>
    public static readonly string[] Attributes = ["n", "k", "s", "l", "m", "ss", "ns", "bs", "b", "t", "z", "status"];

    private static readonly string[] Numbers = ["0", "1", "-1", "2", "9", "10", "100", "1.5", "-0.001", "1E10", "12345678901234567890123456789012345678", "0.1", "99", "1.50"];
    private static readonly string[] Texts = ["", "a", "A", "ab", "Ab", "abc", "b", "é", "😀", "\uE000", "x y", "Z"];
    private static readonly string[] Binaries = ["", "AA==", "AAE=", "AQ==", "/w=="];

    public JsonObject Key() => new()
    {
        ["pk"] = S(dice.Of("a", "b")),
        ["sk"] = numberSort ? N(dice.Of("1", "2.5", "-3", "1E1", "9")) : S(dice.Of("1", "2", "é", "Z", "\uE000")),
    };

    public JsonObject Item()
    {
        var item = Key();
        foreach (var attribute in Attributes)
            if (dice.Chance(45)) item[attribute] = Of(attribute);
        if (dice.Chance(60)) item["g"] = S(dice.Of("x", "y"));
        if (dice.Chance(60)) item["h"] = N(dice.Of("1", "2", "10", "-5", "9"));
        return item;
    }

    /// <summary>A value for an attribute: of its own type, or once in a while of any.</summary>
    public JsonObject Of(string attribute) => dice.Chance(8) ? Any() : OfType(TypeOf(attribute));

    public static string TypeOf(string attribute) => attribute switch
    {
        "n" or "k" or "h" => "N",
        "s" or "status" or "g" => "S",
        "l" => "L",
        "m" => "M",
        "ss" => "SS",
        "ns" => "NS",
        "bs" => "BS",
        "b" => "B",
        "t" => "BOOL",
        _ => "NULL",
    };

    public JsonObject Any() => OfType(dice.Of("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"));

    public JsonObject OfType(string type, int depth = 0) => type switch
    {
        "S" => S(dice.Of(Texts)),
        "N" => N(depth == 0 ? dice.Of(Numbers) : dice.Of("0", "1", "-1", "2", "10")), // DynamoDB Local keeps numbers in lists and maps as they were sent; DynamoDB normalises them, too
        "B" => new() { ["B"] = dice.Of(Binaries) },
        "BOOL" => new() { ["BOOL"] = dice.Chance(50) },
        "NULL" => new() { ["NULL"] = true },
        "SS" => Set("SS", Texts[..8]),
        "NS" => Set("NS", Numbers[..8]),
        "BS" => Set("BS", Binaries),
        "L" => new() { ["L"] = new JsonArray([.. Enumerable.Range(0, dice.Below(4)).Select(_ => Inner(depth))]) },
        _ => new() { ["M"] = new JsonObject(Fields(depth)) },
    };

    public static JsonObject S(string text) => new() { ["S"] = text };

    public static JsonObject N(string number) => new() { ["N"] = number };

    private JsonObject Inner(int depth) => OfType(depth < 2 ? dice.Of("S", "N", "N", "BOOL", "L", "M", "SS") : dice.Of("S", "N"), depth + 1);

    private IEnumerable<KeyValuePair<string, JsonNode?>> Fields(int depth)
    {
        foreach (var name in (string[])["x", "y", "l"])
            if (dice.Chance(60)) yield return new(name, name == "l" ? OfType("L", depth + 1) : Inner(depth));
    }

    private JsonObject Set(string type, string[] members)
    {
        var chosen = members.Where(_ => dice.Chance(30)).ToArray();
        return new() { [type] = new JsonArray([.. (chosen.Length == 0 ? [dice.Of(members)] : chosen).Select(member => JsonValue.Create(member))]) };
    }
}
