using System.Collections.Frozen;
using Amazon.DynamoDBv2.Model;

namespace Oms.ServiceDefaults.Store;

/// <summary>
/// What newer code has written into an item and this code has never heard of: read with the item, and written back with every version that follows (ADR 0010).
/// Names that this code knows are never carried: where it leaves one out, it is meant to be gone.
/// </summary>
public sealed class UnknownAttributes
{
    public static readonly UnknownAttributes None = new([]);

    private readonly List<KeyValuePair<string, AttributeValue>> _attributes;

    private UnknownAttributes(List<KeyValuePair<string, AttributeValue>> attributes) => _attributes = attributes;

    /// <param name="item">As it was read.</param>
    /// <param name="known">Every name that this code writes into such an item, its keys too.</param>
    public static UnknownAttributes In(Dictionary<string, AttributeValue> item, FrozenSet<string> known)
    {
        List<KeyValuePair<string, AttributeValue>>? unknown = null;
        foreach (var attribute in item)
        {
            if (!known.Contains(attribute.Key))
            {
                (unknown ??= []).Add(attribute);
            }
        }

        return unknown is null ? None : new UnknownAttributes(unknown);
    }

    /// <summary>Puts them into the next version. A name that is there already was left out of the known ones, which is a mistake of this code and fails at once.</summary>
    public void AddTo(Dictionary<string, AttributeValue> item)
    {
        foreach (var (name, value) in _attributes)
        {
            item.Add(name, value);
        }
    }
}
