using System.Globalization;
using Amazon.DynamoDBv2.Model;
using Oms.Contracts;
using Oms.ServiceDefaults.Messaging;

namespace Oms.ServiceDefaults.Store;

/// <summary>
/// The index of heads that somebody has to look at again, spread over partitions (one index key takes 1,000 write units a second; each tick of the clock asks all of them).
/// <c>dueAt</c> is a lower bound: the plain path never moves it; who looks re-reads the head, and acts or moves it.
/// </summary>
public static class DueIndex
{
    /// <summary>How many partitions, unless <c>OMS_DUE_SHARDS</c> says otherwise.</summary>
    public const int Shards = 64;

    /// <summary>Heads taken per shard and tick; the rest is still due at the next.</summary>
    private const int PerShard = 100;

    /// <summary>The attributes that put a head into the index.</summary>
    public static void Set(Dictionary<string, AttributeValue> head, string orderId, DateTimeOffset dueAt, int shards)
    {
        head["dueShard"] = new() { S = ShardOf(orderId, shards) };
        head["dueAt"] = new() { N = dueAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) };
    }

    public static DateTimeOffset? Read(Dictionary<string, AttributeValue> head) =>
        head.TryGetValue("dueAt", out var value) ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(value.N, CultureInfo.InvariantCulture)) : null;

    public static string ShardOf(string orderId, int shards)
    {
        var hash = 2166136261u; // FNV-1a: the same in every process, unlike string.GetHashCode
        foreach (var letter in orderId)
        {
            hash = unchecked((hash ^ letter) * 16777619u);
        }

        return NameOf(hash % (uint)shards);
    }

    /// <summary>What a clock tick does: list what is due and send the ids to the service's own inbox, where they are acted on. Overlapping ticks are harmless.</summary>
    /// <returns>How many were sent.</returns>
    public static async Task<int> EnqueueDueAsync(DynamoTable table, InboxQueue inbox, string messageType, CancellationToken cancellation)
    {
        var sent = 0;
        for (var shard = 0; shard < table.DueShards; shard++)
        {
            var due = await table.QueryDueAsync(NameOf((uint)shard), table.Clock.GetUtcNow(), PerShard, cancellation);
            await inbox.SendAllAsync(due.Select(orderId => new DueMessage(messageType, orderId)), cancellation);
            sent += due.Count;
        }

        return sent;
    }

    private static string NameOf(uint shard) => shard.ToString("D2", CultureInfo.InvariantCulture);
}
