using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb.Expressions;
using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>
/// TransactWriteItems and TransactGetItems. Nothing else runs meanwhile, so TransactionConflict does not occur here.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
/// </summary>
internal sealed class TransactionOperations(Database database, Throttle throttle)
{
    private const int MaxActions = 100;
    private const int MaxPayload = 4 * 1024 * 1024;
    private const int Factor = 2;

    private static readonly string[] WriteParameters = ["TransactItems", "ClientRequestToken", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"];
    private static readonly string[] GetParameters = ["TransactItems", "ReturnConsumedCapacity"];
    private static readonly string[] Actions = ["ConditionCheck", "Put", "Delete", "Update"];
    private static readonly string[] Common = ["TableName", "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues", "ReturnValuesOnConditionCheckFailure"];
    private static readonly string[] PutMembers = [.. Common, "Item"];
    private static readonly string[] KeyMembers = [.. Common, "Key"];
    private static readonly string[] UpdateMembers = [.. Common, "Key", "UpdateExpression"];
    private static readonly string[] GetMembers = ["TableName", "Key", "ProjectionExpression", "ExpressionAttributeNames"];

    private readonly RequestTokens _tokens = new(database);

    public RequestTokens Tokens => _tokens;

    public OperationResult TransactWriteItems(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("TransactWriteItems", body, WriteParameters);
        var capacity = new Capacity(request);
        WriteOperations.RequestItemMetrics(request);
        var token = Token(request);
        var writes = Items(request).Select(Action).ToArray();
        RequireDistinct(writes.Select(static write => (write.Table, write.Key)), writes.Length);
        if (writes.Sum(static write => (long)write.Payload) is var payload and > MaxPayload)
            throw DynamoDbException.Validation(FormattableString.Invariant($"Transaction payload size cannot exceed 4MB. Payload Size: {payload}"));
        if (token is not null && _tokens.IsRepeated(token, request.Required("TransactItems")))
        {
            // Repeating it changes nothing and is billed as reading the items.
            foreach (var write in writes) capacity.Read(write.Table, write.Table.Item(write.Key)?.Size ?? 0, Factor);
            capacity.WriteAll(json, "ReadCapacityUnits");
            return OperationResult.Done;
        }

        var changes = new Change[writes.Length];
        var reasons = new CancellationReason[writes.Length];
        for (var i = 0; i < writes.Length; i++) (changes[i], reasons[i]) = Outcome(writes[i]);
        if (Array.Exists(reasons, static reason => reason != CancellationReason.None))
        {
            for (var i = 0; i < writes.Length; i++) throttle.Count(changes[i] with { After = writes[i].Intended ?? changes[i].Before }, Factor);
            return Refusals.Cancelled(json, reasons);
        }

        database.Commit(changes, transactional: true);
        if (token is not null) _tokens.Remember(token, request.Required("TransactItems"));
        foreach (var change in changes)
        {
            throttle.Count(change, Factor);
            capacity.Write(change, Factor);
        }

        capacity.WriteAll(json, "WriteCapacityUnits");
        return OperationResult.Done;
    }

    public OperationResult TransactGetItems(JsonElement body, Utf8JsonWriter json)
    {
        var request = new RequestBody("TransactGetItems", body, GetParameters);
        var capacity = new Capacity(request);
        var gets = Items(request).Select(Get).ToArray();
        RequireDistinct(gets.Select(static get => (get.Table, get.Key)), gets.Length);
        var reasons = Array.ConvertAll(gets, get => throttle.Allows(get.Table, get.Key, writes: false) ? CancellationReason.None : Throttled);
        if (Array.Exists(reasons, static reason => reason != CancellationReason.None)) return Refusals.Cancelled(json, reasons);
        json.WriteStartArray("Responses");
        foreach (var (table, key, projection) in gets)
        {
            var item = table.Item(key);
            json.WriteStartObject();
            if (item is not null) AttributeWriter.Item(json, "Item", projection is null ? item : projection.Of(item));
            json.WriteEndObject();
            var size = item?.Size ?? 0;
            capacity.Read(table, size, Factor);
            throttle.Count(table, key, Math.Max(1, (size + 4095) / 4096) * Factor, writes: false);
        }

        json.WriteEndArray();
        capacity.WriteAll(json, "ReadCapacityUnits");
        return OperationResult.Done;
    }

    private static CancellationReason Throttled => new("ThrottlingError", Throttle.Message, null);

    private (Change Change, CancellationReason Reason) Outcome(ItemWrite write)
    {
        var before = write.Table.Item(write.Key);
        var unchanged = new Change(write.Table, write.Key, before, before);
        if (!throttle.Allows(write.Table, write.Key, writes: true)) return (unchanged, Throttled);
        try
        {
            write.RequireFits();
            if (!write.Holds(before)) return (unchanged, Refusals.ConditionFailed(write.ShowsItemOnFailure ? before : null));
            return (unchanged with { After = write.After(before) }, CancellationReason.None);
        }
        catch (DynamoDbException unfit)
        {
            return (unchanged, new CancellationReason("ValidationError", unfit.Message, null));
        }
    }

    private static string? Token(RequestBody request)
    {
        if (request.Text("ClientRequestToken") is not { } token) return null;
        if (token.Length == 0) throw RequestBody.Constraint("''", "ClientRequestToken", "Member must have length greater than or equal to 1");
        return token.Length <= 36 ? token : throw RequestBody.Constraint($"'{token}'", "ClientRequestToken", "Member must have length less than or equal to 36");
    }

    private static JsonElement[] Items(RequestBody request)
    {
        request.Required("TransactItems");
        JsonElement[] items = [.. request.Elements("TransactItems")!.Value];
        if (items.Length == 0) throw RequestBody.Constraint("'[]'", "TransactItems", "Member must have length greater than or equal to 1");
        return items.Length <= MaxActions
            ? items
            : throw RequestBody.Constraint(FormattableString.Invariant($"'[{items.Length} items]'"), "TransactItems", FormattableString.Invariant($"Member must have length less than or equal to {MaxActions}"));
    }

    private static void RequireDistinct(IEnumerable<(Table Table, ItemKey Key)> items, int count)
    {
        if (items.Distinct().Count() < count) throw DynamoDbException.Validation("Transaction request cannot include multiple operations on one item");
    }

    private ItemWrite Action(JsonElement item)
    {
        var kinds = new RequestBody("TransactWriteItems", item, Actions);
        var given = Array.FindAll(Actions, kind => kinds.Element(kind) is not null);
        if (given.Length == 0) throw DynamoDbException.Validation("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
        if (given.Length > 1) throw DynamoDbException.Validation("TransactItems can only contain one of Check, Put, Update or Delete");
        var members = kinds.Element(given[0])!.Value;
        switch (given[0])
        {
            case "Put":
                var put = new RequestBody("Put", members, PutMembers);
                return new ItemPut(database, put, new RequestExpressions(put));
            case "Update":
                var update = new RequestBody("Update", members, UpdateMembers);
                update.Required("UpdateExpression");
                return new ItemUpdate(database, update, new RequestExpressions(update));
            case "Delete":
                var delete = new RequestBody("Delete", members, KeyMembers);
                return new ItemDelete(database, delete, new RequestExpressions(delete));
            default:
                var check = new RequestBody("ConditionCheck", members, KeyMembers);
                check.Required("ConditionExpression");
                return new ItemCheck(database, check, new RequestExpressions(check));
        }
    }

    private (Table Table, ItemKey Key, Projection? Projection) Get(JsonElement item)
    {
        var members = new RequestBody("Get", new RequestBody("TransactGetItems", item, ["Get"]).Required("Get"), GetMembers);
        var expressions = new RequestExpressions(members);
        var named = AttributeReader.Item(members.Required("Key"));
        var table = database.Table(members.TableName());
        return (table, ItemRules.Key(table, named), expressions.Projection);
    }
}
