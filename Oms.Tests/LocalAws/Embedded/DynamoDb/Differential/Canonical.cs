using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>JSON in one form: members by name, sets by their members, numbers without needless digits, errors with one spelling of their members.</summary>
internal static class Canonical
{
    private static readonly string[] Sets = ["SS", "NS", "BS"];

    public static JsonObject Of(JsonObject node, string table) => (JsonObject)Of((JsonNode)node, table)!;

    private static JsonNode? Of(JsonNode? node, string table)
    {
        switch (node)
        {
            case JsonObject members:
                return new JsonObject(members.Select(member => KeyValuePair.Create(Name(member.Key, table), Member(member.Key, member.Value, table))).OrderBy(static member => member.Key, StringComparer.Ordinal));
            case JsonArray elements:
                return new JsonArray([.. elements.Select(element => Of(element, table))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                return JsonValue.Create(decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture) / 1.000000000000000000000000000000m);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return JsonValue.Create(value.GetValue<string>().Replace(table, WireCall.Table, StringComparison.Ordinal));
            default:
                return node?.DeepClone();
        }
    }

    private static string Name(string name, string table) => name == "Message" ? "message" : name == table ? WireCall.Table : name;

    private static JsonNode? Member(string name, JsonNode? value, string table)
    {
        if (name == "__type") return JsonValue.Create(value!.GetValue<string>().Split('#')[^1]);
        return Sets.Contains(name) && value is JsonArray set
            ? new JsonArray([.. set.Select(static member => member!.GetValue<string>()).Order(StringComparer.Ordinal).Select(static member => JsonValue.Create(member))])
            : Of(value, table);
    }
}
