using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace Oms.ServiceDefaults.Store;

/// <summary>A write condition with its names and values.</summary>
public sealed record Condition(string Expression, Dictionary<string, AttributeValue>? Values = null, Dictionary<string, string>? Names = null)
{
    /// <summary>The item must not exist yet.</summary>
    public static readonly Condition IsNew = new("attribute_not_exists(pk)");

    /// <summary>The head must still have the version that was read.</summary>
    public static Condition VersionIs(string attribute, long version) =>
        new("#v = :was", new(StringComparer.Ordinal) { [":was"] = new() { N = version.ToString(CultureInfo.InvariantCulture) } }, new(StringComparer.Ordinal) { ["#v"] = attribute });
}
