using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Expressions;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>GetItem and BatchGetItem.</summary>
internal sealed class ReadOperations(Database database, Throttle throttle)
{
    private const int MaxBatch = 100;

    /// <summary>What one BatchGetItem answers at most; https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html</summary>
    private const int MaxBatchBytes = 16 * 1024 * 1024;

    private static readonly string[] GetParameters = ["TableName", "Key", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames", "ReturnConsumedCapacity"];
    private static readonly string[] BatchParameters = ["RequestItems", "ReturnConsumedCapacity"];
    private static readonly string[] BatchMembers = ["Keys", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"];

    public OperationResult GetItem(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("GetItem", body, GetParameters);
        var capacity = new Capacity(request);
        var consistent = request.Flag("ConsistentRead");
        var projection = new RequestExpressions(request).Projection;
        var named = AttributeReader.Item(request.Required("Key"));
        var table = database.Table(request.TableName());
        var key = ItemRules.Key(table, named);
        throttle.Require(table, key, writes: false);
        if (Read(table, key, consistent, capacity) is { } item) AttributeWriter.Item(json, "Item", projection is null ? item : projection.Of(item));
        capacity.WriteSingle(json);
        return OperationResult.Done;
    }

    public OperationResult BatchGetItem(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("BatchGetItem", body, BatchParameters);
        var capacity = new Capacity(request);
        request.Required("RequestItems");
        var tables = request.Members("RequestItems")!.Value.Select(Batch).ToArray();
        if (tables.Length == 0) throw RequestBody.Constraint("'{}'", "RequestItems", "Member must have length greater than or equal to 1");
        if (tables.Sum(static table => table.Keys.Length) > MaxBatch) throw DynamoDbException.Validation("Too many items requested for the BatchGetItem call");
        List<(string Name, JsonElement Request, JsonElement[] Keys)> unprocessed = [];
        var bytes = 0;
        json.WriteStartObject("Responses");
        foreach (var batch in tables)
        {
            json.WriteStartArray(batch.Name);
            List<JsonElement> left = [];
            foreach (var (key, named) in batch.Keys)
            {
                bytes += batch.Table.Find(key)?.Item?.Size ?? 0;
                if (bytes > MaxBatchBytes || !throttle.Allows(batch.Table, key, writes: false)) left.Add(named);
                else if (Read(batch.Table, key, batch.Consistent, capacity) is { } item) AttributeWriter.Map(json, batch.Projection is null ? item : batch.Projection.Of(item));
            }

            if (left.Count > 0) unprocessed.Add((batch.Name, batch.Request, [.. left]));
            json.WriteEndArray();
        }

        json.WriteEndObject();
        if (unprocessed.Sum(static table => table.Keys.Length) == tables.Sum(static table => table.Keys.Length)) throw DynamoDbException.Of("ThrottlingException", Throttle.Message);
        WriteUnprocessed(json, unprocessed);
        capacity.WriteAll(json);
        return OperationResult.Done;
    }

    private static void WriteUnprocessed(Utf8JsonWriter json, List<(string Name, JsonElement Request, JsonElement[] Keys)> unprocessed)
    {
        json.WriteStartObject("UnprocessedKeys");
        foreach (var (name, request, keys) in unprocessed)
        {
            json.WriteStartObject(name);
            foreach (var member in request.EnumerateObject())
                if (!member.NameEquals("Keys")) member.WriteTo(json);
            json.WriteStartArray("Keys");
            foreach (var key in keys) key.WriteTo(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private AttributeMap? Read(Table table, ItemKey key, bool consistent, Capacity capacity)
    {
        var item = database.Seen(table, table.Find(key), consistent);
        var (size, rate) = (item?.Size ?? 0, consistent ? 1m : 0.5m);
        capacity.Read(table, size, rate);
        throttle.Count(table, key, Math.Max(1, (size + 4095) / 4096) * rate, writes: false);
        return item;
    }

    private TableBatch Batch(JsonProperty table)
    {
        var request = new RequestBody("BatchGetItem", table.Value, BatchMembers);
        var expressions = new RequestExpressions(request);
        request.Required("Keys");
        JsonElement[] named = [.. request.Elements("Keys")!.Value];
        if (named.Length == 0) throw RequestBody.Constraint("'[]'", $"requestItems.{table.Name}.member.keys", "Member must have length greater than or equal to 1");
        var values = Array.ConvertAll(named, AttributeReader.Item);
        var found = database.Table(Proxy.RequiredAccess.TableName(table.Name));
        var keys = values.Select((value, at) => (Key: ItemRules.Key(found, value), named[at])).ToArray();
        if (keys.DistinctBy(static key => key.Key).Count() < keys.Length) throw DynamoDbException.Validation("Provided list of item keys contains duplicates");
        return new(table.Name, table.Value, found, keys, request.Flag("ConsistentRead"), expressions.Projection);
    }

    private sealed record TableBatch(string Name, JsonElement Request, Table Table, (ItemKey Key, JsonElement Named)[] Keys, bool Consistent, Projection? Projection);
}
