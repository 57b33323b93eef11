using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Oms.LocalAws.Embedded.DynamoDb.Values;

/// <summary>Named values: an item, or the map in an attribute. Never changed once made; changed copies share their values.</summary>
internal sealed class AttributeMap : IEnumerable<KeyValuePair<string, AttributeValue>>, IEquatable<AttributeMap>
{
    public static readonly AttributeMap Empty = new([]);

    /// <summary>From so many attributes on, a dictionary finds them faster than a walk.</summary>
    private const int Many = 24;

    private readonly KeyValuePair<string, AttributeValue>[] _attributes;
    private Dictionary<string, AttributeValue>? _byName;
    private int _size = -1;

    /// <param name="attributes">No name twice; kept, not copied.</param>
    public AttributeMap(KeyValuePair<string, AttributeValue>[] attributes) => _attributes = attributes;

    public int Count => _attributes.Length;

    /// <summary>Bytes of names and values: the size of an item.</summary>
    public int Size => _size >= 0 ? _size : _size = _attributes.Sum(static attribute => Encoding.UTF8.GetByteCount(attribute.Key) + attribute.Value.Size);

    public AttributeValue? this[string name] => TryGet(name, out var value) ? value : null;

    public bool TryGet(string name, [NotNullWhen(true)] out AttributeValue? value)
    {
        if (_attributes.Length >= Many)
            return (_byName ??= new(_attributes, StringComparer.Ordinal)).TryGetValue(name, out value);
        foreach (var attribute in _attributes)
        {
            if (attribute.Key != name) continue;
            value = attribute.Value;
            return true;
        }

        value = null;
        return false;
    }

    public bool Has(string name) => TryGet(name, out _);

    public AttributeMap With(string name, AttributeValue value)
    {
        var at = Array.FindIndex(_attributes, attribute => attribute.Key == name);
        var changed = new KeyValuePair<string, AttributeValue>[at < 0 ? _attributes.Length + 1 : _attributes.Length];
        _attributes.CopyTo(changed.AsSpan());
        changed[at < 0 ? ^1 : at] = new(name, value);
        return new(changed);
    }

    public AttributeMap Without(string name) => Has(name) ? Where(attribute => attribute != name) : this;

    public AttributeMap Where(Func<string, bool> kept) => new([.. _attributes.Where(attribute => kept(attribute.Key))]);

    public bool Equals(AttributeMap? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || other.Count != Count) return false;
        foreach (var (name, value) in _attributes)
            if (!other.TryGet(name, out var same) || !(ReferenceEquals(value, same) || value.Equals(same))) return false;
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as AttributeMap);

    public override int GetHashCode() => Count;

    public ReadOnlySpan<KeyValuePair<string, AttributeValue>>.Enumerator GetEnumerator() => new ReadOnlySpan<KeyValuePair<string, AttributeValue>>(_attributes).GetEnumerator();

    IEnumerator<KeyValuePair<string, AttributeValue>> IEnumerable<KeyValuePair<string, AttributeValue>>.GetEnumerator() => _attributes.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _attributes.GetEnumerator();
}
