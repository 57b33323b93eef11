using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Expressions;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>PutItem, UpdateItem, DeleteItem and BatchWriteItem.</summary>
internal sealed class WriteOperations(Database database, Throttle throttle)
{
    private const int MaxBatch = 25;

    private static readonly string[] Common =
        ["TableName", "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues", "ReturnValues", "ReturnValuesOnConditionCheckFailure", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"];

    private static readonly string[] PutParameters = [.. Common, "Item"];
    private static readonly string[] DeleteParameters = [.. Common, "Key"];
    private static readonly string[] UpdateParameters = [.. Common, "Key", "UpdateExpression"];
    private static readonly string[] BatchParameters = ["RequestItems", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"];

    public OperationResult PutItem(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("PutItem", body, PutParameters);
        return Write(json, request, OldOrNone(request), static (database, request, expressions) => new ItemPut(database, request, expressions));
    }

    public OperationResult DeleteItem(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("DeleteItem", body, DeleteParameters);
        return Write(json, request, OldOrNone(request), static (database, request, expressions) => new ItemDelete(database, request, expressions));
    }

    public OperationResult UpdateItem(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("UpdateItem", body, UpdateParameters);
        return Write(json, request, Returned(request), static (database, request, expressions) => new ItemUpdate(database, request, expressions));
    }

    public OperationResult BatchWriteItem(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("BatchWriteItem", body, BatchParameters);
        var capacity = new Capacity(request);
        RequestItemMetrics(request);
        request.Required("RequestItems");
        List<BatchedWrite> writes = [];
        foreach (var table in request.Members("RequestItems")!) writes.AddRange(Batch(table));
        if (writes.Count == 0) throw RequestBody.Constraint("'{}'", "RequestItems", "Member must have length greater than or equal to 1");
        if (writes.Count > MaxBatch) throw RequestBody.Constraint(FormattableString.Invariant($"'{{{writes.Count} requests}}'"), "RequestItems", FormattableString.Invariant($"Map value must satisfy constraint: [Member must have length less than or equal to {MaxBatch}, Member must have length greater than or equal to 1]"));
        if (writes.DistinctBy(static one => (one.Write.Table, one.Write.Key)).Count() < writes.Count) throw DynamoDbException.Validation("Provided list of item keys contains duplicates");
        foreach (var one in writes) one.Write.RequireFits();
        List<BatchedWrite> unprocessed = [];
        foreach (var one in writes)
        {
            if (!throttle.Allows(one.Write.Table, one.Write.Key, writes: true))
            {
                unprocessed.Add(one);
                continue;
            }

            var before = one.Write.Table.Item(one.Write.Key);
            var change = new Change(one.Write.Table, one.Write.Key, before, one.Write.After(before));
            database.Commit([change], transactional: false);
            capacity.Write(change);
            throttle.Count(change);
        }

        if (unprocessed.Count == writes.Count) throw DynamoDbException.Of("ThrottlingException", Throttle.Message);
        json.WriteStartObject("UnprocessedItems");
        foreach (var table in unprocessed.GroupBy(static one => one.Table))
        {
            json.WriteStartArray(table.Key);
            foreach (var one in table) one.Request.WriteTo(json);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        capacity.WriteAll(json);
        return OperationResult.Done;
    }

    /// <summary>Accepted and without effect: only tables with local secondary indexes have item collections.</summary>
    internal static void RequestItemMetrics(RequestBody request) => request.Choice("ReturnItemCollectionMetrics", "NONE", "SIZE");

    private static string Returned(RequestBody request) => request.Choice("ReturnValues", "NONE", "UPDATED_NEW", "ALL_OLD", "UPDATED_OLD", "ALL_NEW");

    private static string OldOrNone(RequestBody request) =>
        Returned(request) is var returned and ("NONE" or "ALL_OLD") ? returned : throw DynamoDbException.Validation("ReturnValues can only be ALL_OLD or NONE");

    private OperationResult Write(Utf8JsonWriter json, RequestBody request, string returned, Func<Database, RequestBody, RequestExpressions, ItemWrite> read)
    {
        var capacity = new Capacity(request);
        RequestItemMetrics(request);
        var write = read(database, request, new RequestExpressions(request));
        write.RequireFits();
        throttle.Require(write.Table, write.Key, writes: true);
        var before = write.Table.Item(write.Key);
        if (!write.Holds(before))
        {
            throttle.Count(new Change(write.Table, write.Key, before, write.Intended));
            return Refusals.ConditionFailed(json, write.ShowsItemOnFailure ? before : null);
        }

        var change = new Change(write.Table, write.Key, before, write.After(before));
        database.Commit([change], transactional: false);
        throttle.Count(change);
        if (Attributes(returned, (write as ItemUpdate)?.Update, before, change.After) is { Count: > 0 } attributes) AttributeWriter.Item(json, "Attributes", attributes);
        capacity.Write(change);
        capacity.WriteSingle(json);
        return OperationResult.Done;
    }

    private static AttributeMap? Attributes(string returned, Update? update, AttributeMap? before, AttributeMap? after) => returned switch
    {
        "ALL_OLD" => before,
        "ALL_NEW" => after,
        "UPDATED_OLD" => before is null ? null : update?.Part(before),
        "UPDATED_NEW" => after is null ? null : update?.Part(after),
        _ => null,
    };

    private IEnumerable<BatchedWrite> Batch(JsonProperty table)
    {
        if (table.Value.ValueKind != JsonValueKind.Array) throw DynamoDbException.Serialization("Unexpected field type");
        if (table.Value.GetArrayLength() == 0) throw DynamoDbException.Validation($"The batch write request list for a table cannot be null or empty: {table.Name}");
        foreach (var one in table.Value.EnumerateArray())
        {
            var request = new RequestBody("BatchWriteItem", one, ["PutRequest", "DeleteRequest"]);
            var (put, delete) = (request.Element("PutRequest"), request.Element("DeleteRequest"));
            if ((put is null) == (delete is null)) throw DynamoDbException.Validation("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
            var named = new RequestBody("BatchWriteItem", (put ?? delete)!.Value, put is null ? ["Key"] : ["Item"]).InTable(table.Name);
            var expressions = new RequestExpressions(named);
            yield return new(table.Name, one, put is null ? new ItemDelete(database, named, expressions) : new ItemPut(database, named, expressions));
        }
    }

    private sealed record BatchedWrite(string Table, JsonElement Request, ItemWrite Write);
}
