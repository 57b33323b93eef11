using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb;

/// <summary>The parameters of one operation, or of one structure in it. A parameter that this engine does not know is refused by name.</summary>
internal readonly struct RequestBody
{
    private readonly JsonElement _json;
    private readonly string[] _known;
    private readonly string? _table;

    /// <param name="operation">For the message of a refusal.</param>
    /// <param name="json">The structure as sent.</param>
    /// <param name="known">The parameters that are understood.</param>
    /// <exception cref="DynamoDbException">It is no structure, or has other parameters.</exception>
    public RequestBody(string operation, JsonElement json, string[] known)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw DynamoDbException.Serialization(json.ValueKind == JsonValueKind.Array ? $"Unrecognized collection type class com.amazonaws.dynamodb.v20120810.{operation}" : "Unexpected field type");
        _json = json;
        _known = known;
        foreach (var property in json.EnumerateObject())
            if (!Knows(property) && property.Value.ValueKind != JsonValueKind.Null) throw DynamoDbException.Unsupported(operation, property.Name);
    }

    private RequestBody(RequestBody other, string table)
    {
        (_json, _known) = (other._json, other._known);
        _table = table;
    }

    /// <summary>The same as part of a batch, where the table is named outside.</summary>
    public RequestBody InTable(string table) => new(this, table);

    public bool Allows(string name) => Array.IndexOf(_known, name) >= 0;

    public JsonElement? Element(string name) => Allows(name) && _json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name) => Element(name) is { } value
        ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw AttributeReader.NotConvertible(value.ValueKind, "String")
        : null;

    public bool Flag(string name) => Element(name) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw AttributeReader.NotConvertible(value.ValueKind, "Boolean"),
    };

    /// <summary>A whole number that is at least so big.</summary>
    public int? Number(string name, int least)
    {
        if (Element(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number) throw AttributeReader.NotConvertible(value.ValueKind, "Integer");
        if (!value.TryGetInt32(out var number)) throw DynamoDbException.Serialization($"NUMBER_VALUE cannot be converted to Integer: {value.GetRawText()}");
        return number >= least ? number : throw Constraint(FormattableString.Invariant($"'{number}'"), name, FormattableString.Invariant($"Member must have value greater than or equal to {least}"));
    }

    /// <summary>One of the values that the parameter may have, the first of them where it is not given.</summary>
    public string Choice(string name, params ReadOnlySpan<string> choices)
    {
        if (Text(name) is not { } text) return choices[0];
        foreach (var choice in choices)
            if (choice == text) return choice;
        throw Constraint($"'{text}'", name, $"Member must satisfy enum value set: [{string.Join(", ", choices.ToArray().Reverse())}]");
    }

    public JsonElement.ArrayEnumerator? Elements(string name) => Element(name) is { } value
        ? value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw DynamoDbException.Serialization("Unexpected field type")
        : null;

    public JsonElement.ObjectEnumerator? Members(string name) => Element(name) is { } value
        ? value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : throw DynamoDbException.Serialization("Unexpected field type")
        : null;

    public JsonElement Required(string name) => Element(name) ?? throw Constraint("null", name, "Member must not be null");

    /// <summary>The name in TableName, which may also be the table's ARN.</summary>
    public string TableName()
    {
        if (_table is not null) return Proxy.RequiredAccess.TableName(_table);
        Required("TableName");
        return Proxy.RequiredAccess.TableName(Text("TableName")!);
    }

    public static DynamoDbException Constraint(string value, string parameter, string constraint) => DynamoDbException.Validation(
        $"1 validation error detected: Value {value} at '{char.ToLowerInvariant(parameter[0])}{parameter[1..]}' failed to satisfy constraint: {constraint}");

    private bool Knows(JsonProperty property)
    {
        foreach (var name in _known)
            if (property.NameEquals(name)) return true;
        return false;
    }
}
