using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Oms.Tests.Fuzzing;

/// <summary>Changes one thing in a JSON body. What no JSON writer would write goes in as text in place of a mark.</summary>
internal static class BodyMutation
{
    private const string Mark = "@@raw@@";

    /// <summary>A value somewhere becomes another one, disappears, or gets company.</summary>
    public static byte[] Values(byte[] body, Random random)
    {
        var root = JsonNode.Parse(body)!;
        var (parent, key) = Pick(root, random);
        var raw = Next(random, 3) == 0 ? OddValues.Encoded(Pick(OddValues.Texts, random)) : Pick(OddValues.Raw, random);
        switch (Next(random, 8))
        {
            case 0 when parent is JsonObject fields:
                fields.Remove((string)key);
                return Bytes(root, raw);
            case 0:
                parent.AsArray().RemoveAt((int)key);
                return Bytes(root, raw);
            case 1 when parent is JsonArray list:
                for (var copies = Pick([1, 100, 200], random); copies > 0; copies--)
                {
                    list.Add(list[(int)key]?.DeepClone());
                }

                return Bytes(root, raw);
            case 2 when parent is JsonObject fields:
                fields[Pick(OddValues.Names, random)] = JsonValue.Create(Mark);
                return Bytes(root, raw);
            default:
                Set(parent, key, JsonValue.Create(Mark));
                return Bytes(root, raw);
        }
    }

    /// <summary>A member that no order of this API has.</summary>
    public static byte[] UnknownMember(byte[] body, Random random)
    {
        var root = JsonNode.Parse(body)!;
        JsonObject[] objects = [root.AsObject(), .. Objects(root)];
        objects[Next(random, objects.Length)]["zz " + Pick(OddValues.Names, random)] = 1;
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    /// <summary>A text member of one of the names holds <paramref name="secret"/>.</summary>
    public static byte[] Plant(byte[] body, string secret, Random random, params string[] names)
    {
        var root = JsonNode.Parse(body)!;
        var places = Leaves(root).Where(leaf => leaf.Key is string name && names.Contains(name, StringComparer.Ordinal)).ToList();
        if (places.Count == 0)
        {
            root.AsObject()[names[0]] = secret;
        }
        else
        {
            var (parent, key) = places[Next(random, places.Count)];
            Set(parent, key, secret);
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    /// <summary>Bytes that are no JSON document any more: each is 400 by itself.</summary>
    public static byte[] Broken(byte[] body, Random random)
    {
        switch (Next(random, 9))
        {
            case 0:
                return body[..Next(random, 1, body.Length)];
            case 1:
                return [.. body, .. Encoding.UTF8.GetBytes(Pick(["{}", "x", ",", "]", "\0", "//", "null"], random))];
            case 2:
                return [.. (byte[])[0xff, 0xfe], .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body))];
            case 3:
                return Encoding.BigEndianUnicode.GetBytes(Encoding.UTF8.GetString(body));
            case 4:
                return Zip(body);
            case 5:
                // Inside a text: 0xc0 and 0xff stand in no UTF-8.
                var quote = Array.IndexOf(body, (byte)'"', Next(random, body.Length / 2)) + 1;
                return [.. body[..quote], Pick([(byte)0xc0, (byte)0xff, (byte)0xf8], random), .. body[quote..]];
            case 6:
                var depth = Pick([33, 64, 1000, 100_000], random);
                return Encoding.UTF8.GetBytes($$"""{"deep":{{new string('[', depth)}}{{new string(']', depth)}},{{Encoding.UTF8.GetString(body)[1..]}}""");
            case 7:
                // The same name twice, once written with an escape.
                using (var document = JsonDocument.Parse(body))
                {
                    var names = document.RootElement.EnumerateObject().Select(static member => member.Name).ToList();
                    var name = names[Next(random, names.Count)];
                    var again = Next(random, 2) == 0 ? JsonSerializer.Serialize(name) : $"\"\\u{(int)name[0]:x4}{name[1..]}\"";
                    return Encoding.UTF8.GetBytes($$"""{{{again}}:{{Pick(["1", "null", "{}"], random)}},{{Encoding.UTF8.GetString(body)[1..]}}""");
                }

            default:
                return Encoding.UTF8.GetBytes(Pick(["", " ", "null x", "<order/>", "a=b&c=d", "{", "\u0000", "[1,]", "{\"a\":1,}", "{'a':1}", "// {}"], random));
        }
    }

    /// <summary>As Magento's own editions write the same order.</summary>
    public static byte[] Envelope(byte[] body, Random random) => Encoding.UTF8.GetBytes(string.Format(
        System.Globalization.CultureInfo.InvariantCulture,
        Pick(["{{\"data\":{0}}}", "{{\"entity\":{0}}}", "{{\"items\":[{0}]}}", "{{\"event\":{{\"data\":{{\"value\":{0}}}}}}}", "[{0}]", "\uFEFF{0}"], random),
        Encoding.UTF8.GetString(body)));

    private static byte[] Bytes(JsonNode root, string raw) => Encoding.UTF8.GetBytes(root.ToJsonString().Replace($"\"{Mark}\"", raw, StringComparison.Ordinal));

    private static (JsonNode Parent, object Key) Pick(JsonNode root, Random random)
    {
        var leaves = Leaves(root).ToList();
        return leaves[Next(random, leaves.Count)];
    }

    /// <summary>Every value with its place, whole objects and lists included.</summary>
    private static IEnumerable<(JsonNode Parent, object Key)> Leaves(JsonNode node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Inner(fields, field.Key, field.Value)),
        JsonArray list => list.SelectMany((entry, index) => Inner(list, index, entry)),
        _ => [],
    };

    private static IEnumerable<(JsonNode Parent, object Key)> Inner(JsonNode parent, object key, JsonNode? value) => [(parent, key), .. value is null ? [] : Leaves(value)];

    private static IEnumerable<JsonObject> Objects(JsonNode node) => Leaves(node).Select(static leaf => leaf.Key is string name ? leaf.Parent[name] : leaf.Parent[(int)leaf.Key]).OfType<JsonObject>();

    private static void Set(JsonNode parent, object key, JsonNode? value)
    {
        if (key is string name)
        {
            parent[name] = value;
        }
        else
        {
            parent[(int)key] = value;
        }
    }

    private static byte[] Zip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(body);
        }

        return packed.ToArray();
    }

    private static T Pick<T>(T[] values, Random random) => values[random.Next(values.Length)];

    private static int Next(Random random, int end) => random.Next(end);

    private static int Next(Random random, int start, int end) => random.Next(start, end);
}
