using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Tables;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>CreateTable, DeleteTable, DescribeTable, ListTables, the time to live, and what else tells of tables; a table is active at once.</summary>
internal sealed class TableOperations(Database database)
{
    private const int MostNames = 100;

    private static readonly string[] NameOnly = ["TableName"];
    private static readonly string[] NoParameters = [];
    private static readonly string[] TagsParameters = ["ResourceArn", "NextToken"];
    private static readonly string[] ListParameters = ["ExclusiveStartTableName", "Limit"];
    private static readonly string[] TimeToLiveParameters = ["TableName", "TimeToLiveSpecification"];
    private static readonly string[] TimeToLiveMembers = ["AttributeName", "Enabled"];

    public OperationResult CreateTable(JsonElement body, Utf8JsonWriter json)
    {
        var definition = TableDefinitionReader.Read(body, database.Now);
        if (database.Find(definition.Name) is not null) throw DynamoDbException.Of("ResourceInUseException", $"Table already exists: {definition.Name}");
        TableDescription.Write(json, "TableDescription", database.Create(definition));
        return OperationResult.Done;
    }

    public OperationResult DeleteTable(JsonElement body, Utf8JsonWriter json)
    {
        var table = Named(new RequestBody("DeleteTable", body, NameOnly));
        if (table.Definition.DeletionProtected)
            throw DynamoDbException.Validation("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.");
        database.Drop(table);
        TableDescription.Write(json, "TableDescription", table);
        return OperationResult.Done;
    }

    public OperationResult DescribeTable(JsonElement body, Utf8JsonWriter json)
    {
        TableDescription.Write(json, "Table", Named(new RequestBody("DescribeTable", body, NameOnly)));
        return OperationResult.Done;
    }

    public OperationResult ListTables(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("ListTables", body, ListParameters);
        var limit = request.Number("Limit", least: 1) ?? MostNames;
        if (limit > MostNames) throw RequestBody.Constraint(FormattableString.Invariant($"'{limit}'"), "Limit", FormattableString.Invariant($"Member must have value less than or equal to {MostNames}"));
        var after = request.Text("ExclusiveStartTableName");
        string[] names = [.. database.Tables.Select(static table => table.Name).Where(name => after is null || string.CompareOrdinal(name, after) > 0)];
        json.WriteStartArray("TableNames");
        foreach (var name in names.Take(limit)) json.WriteStringValue(name);
        json.WriteEndArray();
        if (names.Length > limit) json.WriteString("LastEvaluatedTableName", names[limit - 1]);
        return OperationResult.Done;
    }

    public OperationResult DescribeTimeToLive(JsonElement body, Utf8JsonWriter json)
    {
        var attribute = Named(new RequestBody("DescribeTimeToLive", body, NameOnly)).TimeToLiveAttribute;
        json.WriteStartObject("TimeToLiveDescription");
        json.WriteString("TimeToLiveStatus", attribute is null ? "DISABLED" : "ENABLED");
        if (attribute is not null) json.WriteString("AttributeName", attribute);
        json.WriteEndObject();
        return OperationResult.Done;
    }

    public OperationResult UpdateTimeToLive(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("UpdateTimeToLive", body, TimeToLiveParameters);
        var specification = new RequestBody("TimeToLiveSpecification", request.Required("TimeToLiveSpecification"), TimeToLiveMembers);
        specification.Required("Enabled");
        specification.Required("AttributeName");
        var (enabled, attribute) = (specification.Flag("Enabled"), specification.Text("AttributeName")!);
        var table = Named(request);
        if (enabled == (table.TimeToLiveAttribute is not null)) throw DynamoDbException.Validation(enabled ? "TimeToLive is already enabled" : "TimeToLive is already disabled");
        if (!enabled && table.TimeToLiveAttribute != attribute) throw DynamoDbException.Validation($"TimeToLive is active on a different AttributeName: current AttributeName is {table.TimeToLiveAttribute}");
        table.TimeToLiveAttribute = enabled ? attribute : null;
        if (enabled) database.ScheduleEnds(table);
        json.WriteStartObject("TimeToLiveSpecification");
        json.WriteBoolean("Enabled", enabled);
        json.WriteString("AttributeName", attribute);
        json.WriteEndObject();
        return OperationResult.Done;
    }

    /// <summary>What a new table has: backups could be made, and none are.</summary>
    public OperationResult DescribeContinuousBackups(JsonElement body, Utf8JsonWriter json)
    {
        var name = new RequestBody("DescribeContinuousBackups", body, NameOnly).TableName();
        if (database.Find(name) is null) throw DynamoDbException.Of("TableNotFoundException", $"Table not found: {name}");
        json.WriteStartObject("ContinuousBackupsDescription");
        json.WriteString("ContinuousBackupsStatus", "ENABLED");
        json.WriteStartObject("PointInTimeRecoveryDescription");
        json.WriteString("PointInTimeRecoveryStatus", "DISABLED");
        json.WriteEndObject();
        json.WriteEndObject();
        return OperationResult.Done;
    }

    /// <summary>
    /// The quotas of a new account in us-east-1.
    /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#default-limits-throughput
    /// </summary>
    public static OperationResult DescribeLimits(JsonElement body, Utf8JsonWriter json)
    {
        _ = new RequestBody("DescribeLimits", body, NoParameters);
        json.WriteNumber("AccountMaxReadCapacityUnits", 80_000);
        json.WriteNumber("AccountMaxWriteCapacityUnits", 80_000);
        json.WriteNumber("TableMaxReadCapacityUnits", 40_000);
        json.WriteNumber("TableMaxWriteCapacityUnits", 40_000);
        return OperationResult.Done;
    }

    /// <summary>Tags are not kept; a table has none.</summary>
    public OperationResult ListTagsOfResource(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("ListTagsOfResource", body, TagsParameters);
        request.Required("ResourceArn");
        var arn = request.Text("ResourceArn")!;
        if (!database.Tables.Any(table => table.Definition.Arn == arn)) throw DynamoDbException.Of("ResourceNotFoundException", $"Requested resource not found: ResourcArn: {arn} not found");
        json.WriteStartArray("Tags");
        json.WriteEndArray();
        return OperationResult.Done;
    }

    private Table Named(RequestBody request)
    {
        var name = request.TableName();
        return database.Find(name) ?? throw DynamoDbException.TableNotFound(name);
    }
}
