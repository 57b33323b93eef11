using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.ServiceDefaults.Store;

/// <summary>One table, with the project's own retries. Only stores see it.</summary>
/// <remarks>
/// A lost answer is repeated, so a conditional write may meet its own first attempt and report <see cref="WriteResult.Written"/> false with the item that it wrote itself:
/// the store tells by operation id or seen version.
/// </remarks>
public sealed class DynamoTable(IAmazonDynamoDB client, string name, RetryPolicy retry, TimeProvider clock)
{
    public string Name => name;

    public TimeProvider Clock => clock;

    public RetryPolicy Retry => retry;

    /// <summary>Partitions of the index of what is due, <c>OMS_DUE_SHARDS</c>.</summary>
    public int DueShards { get; init; } = DueIndex.Shards;

    public static Dictionary<string, AttributeValue> Key(string pk, string sk) => new(StringComparer.Ordinal) { ["pk"] = new() { S = pk }, ["sk"] = new() { S = sk } };

    /// <summary>Reads one item; consistent unless said otherwise.</summary>
    public async Task<Dictionary<string, AttributeValue>?> GetAsync(string pk, string sk, CancellationToken cancellation, bool consistent = true)
    {
        using var span = FunctionTelemetry.StartClient("GetItem " + name);
        var answer = await retry.RunAsync(token => client.GetItemAsync(new GetItemRequest { TableName = name, Key = Key(pk, sk), ConsistentRead = consistent }, token), cancellation);
        return answer.IsItemSet ? answer.Item : null;
    }

    /// <summary>Reads up to 100 items, consistently, in no order; missing ones are left out.</summary>
    public async Task<IReadOnlyList<Dictionary<string, AttributeValue>>> GetAllAsync(IReadOnlyCollection<(string Pk, string Sk)> keys, CancellationToken cancellation)
    {
        using var span = FunctionTelemetry.StartClient("BatchGetItem " + name);
        var found = new List<Dictionary<string, AttributeValue>>();
        for (var pending = keys.Distinct().Select(static key => Key(key.Pk, key.Sk)).ToList(); pending.Count > 0;)
        {
            var now = pending.Take(100).ToList();
            var request = new BatchGetItemRequest { RequestItems = new(StringComparer.Ordinal) { [name] = new KeysAndAttributes { Keys = now, ConsistentRead = true } } };
            var answer = await retry.RunAsync(token => client.BatchGetItemAsync(request, token), cancellation);
            found.AddRange(answer.Responses?.GetValueOrDefault(name) ?? []);
            var unprocessed = answer.UnprocessedKeys?.GetValueOrDefault(name)?.Keys ?? [];
            if (unprocessed.Count == now.Count)
            {
                await retry.PauseAsync(RetryPolicy.Attempts, cancellation);
            }

            pending = [.. unprocessed, .. pending.Skip(now.Count)];
        }

        return found;
    }

    /// <summary>Writes the whole item, if the condition holds.</summary>
    public async Task<WriteResult> PutAsync(Dictionary<string, AttributeValue> item, Condition? condition, CancellationToken cancellation)
    {
        using var span = FunctionTelemetry.StartClient("PutItem " + name);
        var request = new PutItemRequest
        {
            TableName = name,
            Item = item,
            ConditionExpression = condition?.Expression,
            ExpressionAttributeValues = condition?.Values,
            ExpressionAttributeNames = condition?.Names,
            ReturnValuesOnConditionCheckFailure = condition is null ? null : ReturnValuesOnConditionCheckFailure.ALL_OLD,
        };
        try
        {
            await retry.RunAsync(token => client.PutItemAsync(request, token), cancellation);
            return new WriteResult(true, null);
        }
        catch (ConditionalCheckFailedException refused)
        {
            return new WriteResult(false, refused.Item is { Count: > 0 } item_ ? item_ : null);
        }
    }

    /// <summary>Changes an item by expression.</summary>
    /// <returns>The attributes asked for by ReturnValues; null where the condition failed, with the item as it is.</returns>
    public async Task<(Dictionary<string, AttributeValue>? Changed, Dictionary<string, AttributeValue>? Existing)> UpdateAsync(UpdateItemRequest request, CancellationToken cancellation)
    {
        using var span = FunctionTelemetry.StartClient("UpdateItem " + name);
        request.TableName = name;
        request.ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD;
        try
        {
            var answer = await retry.RunAsync(token => client.UpdateItemAsync(request, token), cancellation);
            return (answer.Attributes ?? [], null);
        }
        catch (ConditionalCheckFailedException refused)
        {
            return (null, refused.Item is { Count: > 0 } item ? item : null);
        }
    }

    /// <summary>Writes all or nothing (at most 100 actions, no item twice). The token makes a repetition within ten minutes harmless.</summary>
    /// <returns>Null where it is done; else one reason per action, with the item as it is where its condition failed and the action asked for it. Reasons that are only conflicts or throttling are retried here first.</returns>
    public async Task<IReadOnlyList<CancellationReason>?> TransactAsync(List<TransactWriteItem> actions, string token, CancellationToken cancellation)
    {
        using var span = FunctionTelemetry.StartClient("TransactWriteItems " + name);
        try
        {
            await retry.RunAsync(stop => client.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = actions, ClientRequestToken = token }, stop), cancellation);
            return null;
        }
        catch (TransactionCanceledException cancelled) when (!RetryPolicy.IsTransient(cancelled, cancellation))
        {
            return cancelled.CancellationReasons;
        }
    }

    /// <summary>All items of a partition whose sort key begins with <paramref name="prefix"/>, consistently, in key order.</summary>
    public async Task<IReadOnlyList<Dictionary<string, AttributeValue>>> QueryAsync(string pk, string prefix, CancellationToken cancellation)
    {
        using var span = FunctionTelemetry.StartClient("Query " + name);
        var found = new List<Dictionary<string, AttributeValue>>();
        for (Dictionary<string, AttributeValue>? from = null; ;)
        {
            var request = new QueryRequest
            {
                TableName = name,
                KeyConditionExpression = prefix.Length == 0 ? "pk = :pk" : "pk = :pk AND begins_with(sk, :prefix)",
                ExpressionAttributeValues = new(StringComparer.Ordinal) { [":pk"] = new() { S = pk } },
                ConsistentRead = true,
                ExclusiveStartKey = from,
            };
            if (prefix.Length > 0)
            {
                request.ExpressionAttributeValues[":prefix"] = new() { S = prefix };
            }

            var page = await retry.RunAsync(token => client.QueryAsync(request, token), cancellation);
            found.AddRange(page.Items ?? []);
            if (page.LastEvaluatedKey is not { Count: > 0 } next)
            {
                return found;
            }

            from = next;
        }
    }

    /// <summary>One page of the index <c>due</c>: partition keys of heads in <paramref name="shard"/> that are due at <paramref name="now"/>, earliest first.</summary>
    internal async Task<IReadOnlyList<string>> QueryDueAsync(string shard, DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        var page = await retry.RunAsync(
            token => client.QueryAsync(
                new QueryRequest
                {
                    TableName = name,
                    IndexName = "due",
                    KeyConditionExpression = "dueShard = :shard AND dueAt <= :now",
                    ExpressionAttributeValues = new(StringComparer.Ordinal) { [":shard"] = new() { S = shard }, [":now"] = new() { N = now.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture) } },
                    Limit = limit,
                },
                token),
            cancellation);
        return [.. (page.Items ?? []).Select(static item => item["pk"].S)];
    }
}

/// <param name="Written">False: the condition failed, and <paramref name="Existing"/> is the item as it is (null: there is none).</param>
public sealed record WriteResult(bool Written, Dictionary<string, AttributeValue>? Existing);
