using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>What #names and :values of one request stand for, and which of them its expressions have used.</summary>
internal sealed class Placeholders
{
    private readonly List<Entry<string>> _names = [];
    private readonly List<Entry<AttributeValue>> _values = [];

    /// <param name="names">ExpressionAttributeNames, if given.</param>
    /// <param name="values">ExpressionAttributeValues, if given.</param>
    /// <exception cref="DynamoDbException">A placeholder or what it stands for is not valid.</exception>
    public Placeholders(JsonElement? names, JsonElement? values)
    {
        if (names is { } named)
        {
            foreach (var name in Members(named, "ExpressionAttributeNames", '#'))
            {
                if (name.Value.ValueKind != JsonValueKind.String) throw AttributeReader.NotConvertible(name.Value.ValueKind, "String");
                var text = name.Value.GetString()!;
                if (text.Length == 0) throw DynamoDbException.Validation($"ExpressionAttributeNames contains invalid value: Empty attribute name for key {name.Name}");
                _names.Add(new(Names.Of(name), text));
            }
        }

        if (values is not { } valued) return;
        foreach (var value in Members(valued, "ExpressionAttributeValues", ':'))
        {
            try
            {
                _values.Add(new(Names.Of(value), AttributeReader.Value(value.Value)));
            }
            catch (DynamoDbException invalid) when (invalid.Type.EndsWith("ValidationException", StringComparison.Ordinal))
            {
                throw DynamoDbException.Validation($"ExpressionAttributeValues contains invalid value: {invalid.Message} for key {value.Name}");
            }
        }
    }

    /// <exception cref="ExpressionException">The placeholder is not defined.</exception>
    public string Name(PathStep step)
    {
        if (!step.IsPlaceholder) return step.Name!;
        foreach (var entry in _names)
            if (entry.Placeholder == step.Name) return entry.Use();
        throw new ExpressionException($"An expression attribute name used in the document path is not defined; attribute name: {step.Name}");
    }

    /// <exception cref="ExpressionException">The placeholder is not defined.</exception>
    public AttributeValue Value(string placeholder)
    {
        foreach (var entry in _values)
            if (entry.Placeholder == placeholder) return entry.Use();
        throw new ExpressionException($"An expression attribute value used in expression is not defined; attribute value: {placeholder}");
    }

    /// <summary>A path with its names resolved, for messages: `[a, b, [1]]`.</summary>
    public string Text(PathOperand path) =>
        $"[{string.Join(", ", path.Steps.Select(step => step.Name is null ? FormattableString.Invariant($"[{step.Index}]") : Name(step)))}]";

    /// <exception cref="DynamoDbException">A placeholder stands in no expression.</exception>
    public void RequireAllUsed()
    {
        RequireAllUsed("ExpressionAttributeNames", _names);
        RequireAllUsed("ExpressionAttributeValues", _values);
    }

    private static void RequireAllUsed<T>(string parameter, List<Entry<T>> entries)
    {
        foreach (var entry in entries)
            if (!entry.Used) throw DynamoDbException.Validation($"Value provided in {parameter} unused in expressions: keys: {{{string.Join(", ", entries.Where(e => !e.Used).Select(e => e.Placeholder))}}}");
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement placeholders, string parameter, char sign)
    {
        if (placeholders.ValueKind != JsonValueKind.Object) throw DynamoDbException.Serialization("Unexpected field type");
        if (placeholders.GetPropertyCount() == 0) throw DynamoDbException.Validation($"{parameter} must not be empty");
        foreach (var placeholder in placeholders.EnumerateObject())
        {
            var name = Names.Of(placeholder);
            if (name.Length < 2 || name[0] != sign || name.AsSpan(1).ContainsAnyExcept(Letters)) throw DynamoDbException.Validation($"{parameter} contains invalid key: Syntax error; key: \"{name}\"");
        }

        return placeholders.EnumerateObject();
    }

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private sealed class Entry<T>(string placeholder, T meaning)
    {
        public string Placeholder => placeholder;

        public bool Used { get; private set; }

        public T Use()
        {
            Used = true;
            return meaning;
        }
    }
}
