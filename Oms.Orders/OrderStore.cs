using System.Collections.Frozen;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Amazon.DynamoDBv2.Model;
using Oms.ServiceDefaults.Store;
using Condition = Oms.ServiceDefaults.Store.Condition;

namespace Oms.Orders;

/// <summary>
/// The table oms-orders. Partition = order id; sort keys: "head", "doc#hash#chunk", "history#version", "notice#version".
/// A second kind of partition, "twin#…", holds which order came first of a quote. Nothing else knows keys, conditions or attributes.
/// </summary>
internal sealed partial class OrderStore(DynamoTable table)
{
    private const string HeadKey = "head";
    private const string VersionAttribute = "v";
    private const int HistoryInHead = 20;
    private const int HistorySpilled = 10;

    private static readonly FrozenSet<string> TwinAttributes = FrozenSet.Create(StringComparer.Ordinal, ["pk", "sk", "o"]);

    /// <summary>Below DynamoDB's 400 KB an item, keys and names included.</summary>
    private const int ChunkBytes = 390_000;

    /// <summary>Every lost round was somebody else's success; as many as come at once may be in front.</summary>
    private const int Rounds = 40;

    public async Task<Order?> FindAsync(string orderId, CancellationToken cancellation) =>
        await table.GetAsync(orderId, HeadKey, cancellation) is { } item ? ReadHead(item) : null;

    /// <summary>Writes a new order, unless there is one with its id.</summary>
    /// <returns>Null where it was written; else the order that is there, which may be this very one (a lost answer was repeated).</returns>
    public async Task<Order?> AddAsync(Order order, CancellationToken cancellation)
    {
        var result = await table.PutAsync(WriteHead(order, table.DueShards), Condition.IsNew, cancellation);
        return result.Written ? null : ReadHead(result.Existing!);
    }

    /// <summary>Changes a head by a pure function, again from the newer head where somebody else was faster.</summary>
    /// <param name="order">The head as read.</param>
    /// <param name="change">The next version; the very same head where there is nothing to change.</param>
    public async Task<Order> ChangeAsync(Order order, Func<Order, Order> change, CancellationToken cancellation)
    {
        for (var round = 1; round <= Rounds; round++)
        {
            var next = change(order);
            if (ReferenceEquals(next, order))
            {
                return order;
            }

            if (next.History.Count > HistoryInHead)
            {
                await SpillHistoryAsync(next, cancellation);
                next = next with { History = [.. next.History.Skip(HistorySpilled)] };
            }

            var result = await table.PutAsync(WriteHead(next, table.DueShards), Condition.VersionIs(VersionAttribute, order.Version), cancellation);
            if (result.Written)
            {
                return next;
            }

            order = result.Existing is { } existing ? ReadHead(existing) : throw new InvalidOperationException($"The head of {order.Id} is gone; heads are never deleted");
            await table.Retry.PauseAsync(Math.Min(round, 3), cancellation);
        }

        throw new TransactionConflictException($"Order {order.Id} was changed by others {Rounds} times in a row");
    }

    /// <summary>Stores a raw order, gzipped, under the hash of its bytes: the same bytes again are the same items.</summary>
    public async Task<DocumentName> PutDocumentAsync(string orderId, ReadOnlyMemory<byte> raw, DateTimeOffset now, CancellationToken cancellation)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(raw.Span).AsSpan(0, 16));
        var packed = Zip(raw.Span);
        var chunks = (packed.Length + ChunkBytes - 1) / ChunkBytes;
        for (var i = 0; i < chunks; i++)
        {
            var item = DynamoTable.Key(orderId, ChunkKey(hash, i));
            var size = Math.Min(ChunkBytes, packed.Length - (i * ChunkBytes));
            item["b"] = new AttributeValue { B = new MemoryStream(packed, i * ChunkBytes, size, writable: false) };
            item["writtenAt"] = Time(now);
            await table.PutAsync(item, condition: null, cancellation);
        }

        return new DocumentName(hash, chunks);
    }

    /// <returns>The raw order; null where it was erased.</returns>
    public async Task<ReadOnlyMemory<byte>?> FindDocumentAsync(string orderId, DocumentName name, CancellationToken cancellation)
    {
        using var packed = new MemoryStream();
        for (var i = 0; i < name.Chunks; i++)
        {
            if (await table.GetAsync(orderId, ChunkKey(name.Hash, i), cancellation) is not { } item)
            {
                return null;
            }

            await item["b"].B.CopyToAsync(packed, cancellation);
        }

        packed.Position = 0;
        using var unzip = new GZipStream(packed, CompressionMode.Decompress);
        using var raw = new MemoryStream();
        await unzip.CopyToAsync(raw, cancellation);
        return raw.ToArray();
    }

    /// <summary>Remembers which live order came first with these contents of one quote.</summary>
    /// <param name="ended">The one that came first and has ended: the given order takes its place, unless another was faster. Null: nobody is known to have.</param>
    /// <returns>The first one; the given order where that is the first.</returns>
    public async Task<FirstOfQuote> FirstOfQuoteAsync(Order order, string contents, FirstOfQuote? ended, CancellationToken cancellation)
    {
        var item = DynamoTable.Key($"twin#{order.Tenant}#{order.Store}#{contents}", "twin");
        item["o"] = Text(order.Id);
        ended?.Unknown.AddTo(item);
        var condition = ended is null ? Condition.IsNew : new Condition("o = :ended", new(StringComparer.Ordinal) { [":ended"] = Text(ended.OrderId) });
        var result = await table.PutAsync(item, condition, cancellation);
        return result.Written ? new FirstOfQuote(order.Id, ended?.Unknown ?? UnknownAttributes.None) : new FirstOfQuote(result.Existing!["o"].S, UnknownAttributes.In(result.Existing, TwinAttributes));
    }

    /// <summary>Records what a customer is told of one event, once.</summary>
    /// <returns>False where it was recorded before.</returns>
    public async Task<bool> AddNoticeAsync(string orderId, Notice notice, CancellationToken cancellation)
    {
        var item = DynamoTable.Key(orderId, $"notice#{notice.Version:D10}");
        item["e"] = Text(notice.EventType);
        item["s"] = Text(notice.Outcome);
        item["ch"] = Text(notice.Channel);
        item["at"] = Time(notice.At);
        return (await table.PutAsync(item, Condition.IsNew, cancellation)).Written;
    }

    public async Task<IReadOnlyList<Notice>> ListNoticesAsync(string orderId, CancellationToken cancellation) =>
        [.. (await table.QueryAsync(orderId, "notice#", cancellation)).Select(item =>
            new Notice(long.Parse(item["sk"].S.AsSpan("notice#".Length), CultureInfo.InvariantCulture), item["e"].S, item["s"].S, item["ch"].S, ReadTime(item["at"])))];

    /// <summary>The whole history: what the head holds, and what became too long for it.</summary>
    public async Task<IReadOnlyList<HistoryEntry>> ListHistoryAsync(Order order, CancellationToken cancellation) =>
        [.. (await table.QueryAsync(order.Id, "history#", cancellation)).SelectMany(item => ReadHistory(item["h"].S)), .. order.History];

    private async Task SpillHistoryAsync(Order next, CancellationToken cancellation)
    {
        // Under the version of its last entry and before the head drops it: repeated, it is the same item.
        var old = next.History.Take(HistorySpilled).ToList();
        var item = DynamoTable.Key(next.Id, $"history#{old[^1].Version:D10}");
        item["h"] = Text(WriteHistory(old));
        await table.PutAsync(item, condition: null, cancellation);
    }

    private static string ChunkKey(string hash, int index) => $"doc#{hash}#{index:D3}";

    private static byte[] Zip(ReadOnlySpan<byte> raw)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(raw);
        }

        return packed.ToArray();
    }

    private static AttributeValue Text(string value) => new() { S = value };

    private static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    private static AttributeValue Time(DateTimeOffset value) => Number(value.ToUnixTimeMilliseconds());

    private static long ReadNumber(AttributeValue value) => long.Parse(value.N, CultureInfo.InvariantCulture);

    private static DateTimeOffset ReadTime(AttributeValue value) => DateTimeOffset.FromUnixTimeMilliseconds(ReadNumber(value));
}
