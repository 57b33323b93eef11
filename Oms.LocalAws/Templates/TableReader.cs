namespace Oms.LocalAws.Templates;

/// <summary>DynamoDB tables with their indexes and streams.</summary>
internal static class TableReader
{
    public static IReadOnlyList<LocalTable> Read(TemplateDocument document) =>
        [.. document.OfType(ResourceTypes.Table).Select(Table)];

    private static LocalTable Table(TemplateResource resource)
    {
        var properties = resource.Properties;
        properties["BillingMode"].Only("PAY_PER_REQUEST");
        var types = properties["AttributeDefinitions"].Items()
            .ToDictionary(a => a["AttributeName"].Text(), a => a["AttributeType"].Text(), StringComparer.Ordinal);
        var (partition, sort) = Keys(properties["KeySchema"], types);
        var timeToLive = properties.Optional("TimeToLiveSpecification");
        return new LocalTable(
            TemplateReferences.NameOf(resource),
            partition,
            sort,
            [.. (properties.Optional("GlobalSecondaryIndexes")?.Items() ?? []).Select(index => Index(index, types))],
            properties.Optional("StreamSpecification")?["StreamViewType"].Text(),
            timeToLive?["Enabled"].Flag() == true ? timeToLive["AttributeName"].Text() : null);
    }

    private static LocalIndex Index(TemplateNode index, Dictionary<string, string> types)
    {
        var (partition, sort) = Keys(index["KeySchema"], types);
        var projection = index["Projection"];
        return new LocalIndex(
            index["IndexName"].Text(),
            partition,
            sort,
            projection["ProjectionType"].Text(),
            projection.Optional("NonKeyAttributes")?.Texts() ?? []);
    }

    private static (KeyAttribute Partition, KeyAttribute? Sort) Keys(TemplateNode schema, Dictionary<string, string> types)
    {
        KeyAttribute? partition = null, sort = null;
        foreach (var key in schema.Items())
        {
            key["KeyType"].Only("HASH", "RANGE");
            var name = key["AttributeName"];
            var attribute = new KeyAttribute(
                name.Text(),
                types.TryGetValue(name.Text(), out var type) ? type : throw new TemplateException($"{name.Path} names no defined attribute"));
            if (key["KeyType"].Text() == "HASH")
                partition = attribute;
            else
                sort = attribute;
        }

        return (partition ?? throw new TemplateException($"{schema.Path} has no HASH key"), sort);
    }
}
