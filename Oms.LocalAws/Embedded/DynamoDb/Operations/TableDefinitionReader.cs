using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;
using Oms.LocalAws.Metering;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>Reads what CreateTable asks for: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html</summary>
internal static class TableDefinitionReader
{
    private const string Invalid = "One or more parameter values were invalid: ";

    private static readonly string[] Parameters =
        ["TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes", "StreamSpecification", "DeletionProtectionEnabled"];

    private static readonly string[] AttributeMembers = ["AttributeName", "AttributeType"];
    private static readonly string[] KeyMembers = ["AttributeName", "KeyType"];
    private static readonly string[] IndexMembers = ["IndexName", "KeySchema", "Projection", "ProvisionedThroughput"];
    private static readonly string[] ProjectionMembers = ["ProjectionType", "NonKeyAttributes"];
    private static readonly string[] StreamMembers = ["StreamEnabled", "StreamViewType"];
    private static readonly string[] ThroughputMembers = ["ReadCapacityUnits", "WriteCapacityUnits"];

    /// <exception cref="DynamoDbException">The definition is refused.</exception>
    public static TableDefinition Read(JsonElement body, DateTimeOffset now)
    {
        var request = new RequestBody("CreateTable", body, Parameters);
        request.Required("TableName");
        var name = request.Text("TableName")!;
        if (name.Length is < 3 or > 255) throw DynamoDbException.Validation("TableName must be at least 3 characters long and at most 255 characters long");
        if (name.Any(static letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-' or '.')))
            throw RequestBody.Constraint($"'{name}'", "TableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
        request.Required("AttributeDefinitions");
        request.Required("KeySchema");
        var attributes = request.Elements("AttributeDefinitions")!.Value.Select(Attribute).ToArray();
        var key = Key(request, attributes);
        var indexes = request.Elements("GlobalSecondaryIndexes") is { } given ? given.Select(index => Index(index, attributes, key)).ToArray() : [];
        if (indexes.DistinctBy(static index => index.Name).Count() < indexes.Length) throw DynamoDbException.Validation($"{Invalid}Duplicate index name: {indexes.GroupBy(static index => index.Name).First(static same => same.Count() > 1).Key}");
        var unused = attributes.Where(attribute => !key.Has(attribute.Name) && !indexes.Any(index => index.Key.Has(attribute.Name))).ToArray();
        if (unused.Length > 0)
            throw DynamoDbException.Validation($"{Invalid}Some AttributeDefinitions are not used. AttributeDefinitions: [{Names(attributes)}], keys used: [{Names(attributes.Except(unused))}]");
        return new(name, attributes, key, indexes, StreamView(request), Throughput(request), request.Flag("DeletionProtectionEnabled"), DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()));
    }

    private static string Names(IEnumerable<KeyAttribute> attributes) => string.Join(", ", attributes.Select(static attribute => attribute.Name));

    private static KeyAttribute Attribute(JsonElement definition)
    {
        var request = new RequestBody("AttributeDefinition", definition, AttributeMembers);
        request.Required("AttributeName");
        request.Required("AttributeType");
        return new(request.Text("AttributeName")!, Enum.Parse<AttributeType>(request.Choice("AttributeType", "B", "N", "S")));
    }

    private static KeySchema Key(RequestBody request, KeyAttribute[] attributes)
    {
        KeyAttribute? partition = null, sort = null;
        foreach (var element in request.Elements("KeySchema")!)
        {
            var member = new RequestBody("KeySchemaElement", element, KeyMembers);
            member.Required("AttributeName");
            member.Required("KeyType");
            var name = member.Text("AttributeName")!;
            var attribute = Array.Find(attributes, attribute => attribute.Name == name)
                ?? throw DynamoDbException.Validation($"{Invalid}Some index key attributes are not defined in AttributeDefinitions. Keys: [{name}], AttributeDefinitions: [{Names(attributes)}]");
            if (member.Choice("KeyType", "HASH", "RANGE") == "HASH" ? partition is not null : sort is not null || partition is null)
                throw DynamoDbException.Validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type, or a key type stands twice");
            if (partition is null) partition = attribute;
            else sort = attribute;
        }

        return partition is null
            ? throw RequestBody.Constraint("'[]'", "KeySchema", "Member must have length greater than or equal to 1")
            : sort == partition ? throw DynamoDbException.Validation("Both the Hash Key and the Range Key element in the KeySchema have the same name") : new(partition, sort);
    }

    private static IndexDefinition Index(JsonElement definition, KeyAttribute[] attributes, KeySchema tableKey)
    {
        var request = new RequestBody("GlobalSecondaryIndex", definition, IndexMembers);
        request.Required("IndexName");
        request.Required("KeySchema");
        var key = Key(request, attributes);
        var projection = new RequestBody("Projection", request.Required("Projection"), ProjectionMembers);
        projection.Required("ProjectionType");
        return new(
            request.Text("IndexName")!,
            key,
            projection.Choice("ProjectionType", "ALL", "INCLUDE", "KEYS_ONLY"),
            projection.Elements("NonKeyAttributes") is { } others ? [.. others.Select(NonKeyAttribute)] : [],
            IndexShape.Of(definition, [.. tableKey.Attributes.Select(static attribute => attribute.Name)]));
    }

    private static string NonKeyAttribute(JsonElement name) => name.ValueKind switch
    {
        JsonValueKind.String => name.GetString()!,
        JsonValueKind.Null => throw DynamoDbException.Validation("Attribute name must be specified."),
        var other => throw AttributeReader.NotConvertible(other, "String"),
    };

    private static string? StreamView(RequestBody request)
    {
        if (request.Element("StreamSpecification") is not { } given) return null;
        var specification = new RequestBody("StreamSpecification", given, StreamMembers);
        if (!specification.Flag("StreamEnabled")) return null;
        specification.Required("StreamViewType");
        return specification.Choice("StreamViewType", "NEW_AND_OLD_IMAGES", "OLD_IMAGE", "NEW_IMAGE", "KEYS_ONLY");
    }

    private static (int Read, int Write)? Throughput(RequestBody request)
    {
        var onDemand = request.Choice("BillingMode", "PROVISIONED", "PAY_PER_REQUEST") == "PAY_PER_REQUEST";
        var given = request.Element("ProvisionedThroughput");
        if (onDemand && given is not null)
            throw DynamoDbException.Validation($"{Invalid}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
        if (onDemand) return null;
        if (given is not { } throughput) throw DynamoDbException.Validation($"{Invalid}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
        var members = new RequestBody("ProvisionedThroughput", throughput, ThroughputMembers);
        return (members.Number("ReadCapacityUnits", least: 1) ?? 1, members.Number("WriteCapacityUnits", least: 1) ?? 1);
    }
}
