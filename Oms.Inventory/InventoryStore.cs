using System.Security.Cryptography;
using System.Text;
using Amazon.DynamoDBv2.Model;
using Oms.Contracts;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Store;
using Condition = Oms.ServiceDefaults.Store.Condition;

namespace Oms.Inventory;

/// <summary>
/// The writes of table oms-inventory. Units change hands only together with the head that says so, in one transaction.
/// <code>
/// pk {orderId}              sk head                 a reservation (ReservationItem)
/// pk {orderId}              sk part/{lines}/{nnn}   99 of its lines, where it has more than 10
/// pk stock/{tenant}/{sku}   sk {source}             a stock row (StockRowItem)
/// </code>
/// </summary>
internal sealed partial class InventoryStore(DynamoTable table, Random random)
{
    public async Task<Dictionary<string, Reservation>> LoadAsync(IReadOnlyCollection<string> orderIds, CancellationToken cancellation)
    {
        var heads = await table.GetAllAsync([.. orderIds.Select(static id => (id, ReservationItem.Head))], cancellation);
        var found = new Dictionary<string, Reservation>(StringComparer.Ordinal);
        foreach (var head in heads)
        {
            found.Add(head["pk"].S, await ReadAsync(head, cancellation));
        }

        return found;
    }

    /// <summary>What reservations may take: the row of source default. Null: there is none.</summary>
    public async Task<IReadOnlyList<(string Tenant, string Sku, decimal? Available)>> ReadAvailableAsync(IReadOnlyCollection<(string Tenant, string Sku)> wanted, CancellationToken cancellation)
    {
        // A SKU that cannot have a row may not fit into a key either.
        var keys = wanted.Where(static row => Inventory.Sku.IsWellFormed(row.Sku)).Select(static row => (StockRowItem.Key(row.Tenant, row.Sku), StockRowItem.DefaultSource)).ToList();
        var rows = (await table.GetAllAsync(keys, cancellation)).ToDictionary(static item => item["pk"].S, StockRowItem.Available, StringComparer.Ordinal);
        return [.. wanted.Select(row => (row.Tenant, row.Sku, rows.TryGetValue(StockRowItem.Key(row.Tenant, row.Sku), out var available) ? available : (decimal?)null))];
    }

    /// <summary>Writes the steps, all or none: one head without units as a plain write, everything else as one transaction.</summary>
    /// <returns>Null where it is done.</returns>
    public async Task<Conflict?> SaveAsync(IReadOnlyList<Step> steps, CancellationToken cancellation)
    {
        if (steps is [{ Units.Count: 0, Next: var alone }])
        {
            var result = await table.PutAsync(ReservationItem.Write(alone, table.DueShards), ConditionOf(alone), cancellation);
            return result.Written ? null : new Conflict(false, result.Existing is { } existing ? [await ReadAsync(existing, cancellation)] : [], []);
        }

        foreach (var part in steps.Where(static step => step.StartsAnew).SelectMany(static step => ReservationItem.Parts(step.Next)))
        {
            // Before the head that names them; without it nobody reads them.
            await table.PutAsync(part, null, cancellation);
        }

        var rows = steps
            .SelectMany(static step => step.Units.Select(line => (step.Next.Tenant, line.Sku, Quantity: step.Sign * line.Quantity)))
            .GroupBy(static unit => (unit.Tenant, unit.Sku), static unit => unit.Quantity)
            .Select(static row => (row.Key.Tenant, row.Key.Sku, Taken: row.Sum()))
            .Where(static row => row.Taken != 0)
            .ToList();
        var actions = steps.Select(step => PutHead(step.Next)).Concat(rows.Select(row => StockRowItem.Take(table.Name, row.Tenant, row.Sku, row.Taken))).ToList();
        var reasons = await table.TransactAsync(actions, NewToken(steps), cancellation);
        if (reasons is null)
        {
            return null;
        }

        var conflict = new Conflict(true, [], []);
        for (var i = 0; i < reasons.Count; i++)
        {
            if (reasons[i].Code != "ConditionalCheckFailed")
            {
                continue;
            }

            var item = reasons[i].Item ?? [];
            if (i >= steps.Count)
            {
                var (tenant, sku, _) = rows[i - steps.Count];
                conflict.Rows.Add((tenant, sku, item.Count > 0 ? StockRowItem.Available(item) : null));
            }
            else if (item.Count > 0)
            {
                conflict.Heads.Add(await ReadAsync(item, cancellation));
            }
        }

        return conflict;
    }

    public Task EnqueueDueAsync(InboxQueue inbox, CancellationToken cancellation) => DueIndex.EnqueueDueAsync(table, inbox, EventTypes.StockDue, cancellation);

    /// <summary>All sources of a SKU, by name.</summary>
    public async Task<IReadOnlyList<StockRow>> GetRowsAsync(string tenant, string sku, CancellationToken cancellation) =>
        [.. (await table.QueryAsync(StockRowItem.Key(tenant, sku), "", cancellation)).Select(StockRowItem.Read)];

    public async Task<StockRow?> GetRowAsync(string tenant, string sku, string source, CancellationToken cancellation) =>
        await table.GetAsync(StockRowItem.Key(tenant, sku), source, cancellation) is { } item ? StockRowItem.Read(item) : null;

    /// <summary>Sets what is on hand, unless more than that is reserved or somebody else has set it since <paramref name="seen"/> was read. Reservations do not get in the way.</summary>
    /// <returns>The row as it now is, and whether that is our doing.</returns>
    public async Task<(bool Set, StockRow? Row)> SetOnHandAsync(string tenant, string sku, string source, decimal onHand, string operation, StockRow? seen, CancellationToken cancellation)
    {
        var (changed, existing) = await table.UpdateAsync(StockRowItem.SetOnHand(tenant, sku, source, onHand, operation, seen?.Operations), cancellation);
        return changed is not null ? (true, StockRowItem.Read(changed)) : (false, existing is null ? null : StockRowItem.Read(existing));
    }

    /// <summary>For the relay: the event that a head carries in its stream image.</summary>
    public static StockEvent? EventOf(Dictionary<string, AttributeValue> head) => ReservationItem.EventOf(head);

    private async Task<Reservation> ReadAsync(Dictionary<string, AttributeValue> head, CancellationToken cancellation) => ReservationItem.Read(
        head,
        ReservationItem.PartPrefix(head) is { } prefix ? await table.QueryAsync(head["pk"].S, prefix, cancellation) : []);

    private TransactWriteItem PutHead(Reservation next)
    {
        var condition = ConditionOf(next);
        return new TransactWriteItem
        {
            Put = new Put
            {
                TableName = table.Name,
                Item = ReservationItem.Write(next, table.DueShards),
                ConditionExpression = condition.Expression,
                ExpressionAttributeNames = condition.Names,
                ExpressionAttributeValues = condition.Values,
                ReturnValuesOnConditionCheckFailure = Amazon.DynamoDBv2.ReturnValuesOnConditionCheckFailure.ALL_OLD,
            },
        };
    }

    private static Condition ConditionOf(Reservation next) => next.Version == 1 ? Condition.IsNew : Condition.VersionIs(ReservationItem.Version, next.Version - 1);

    /// <summary>Each attempt at a transaction has a token of its own; its repetition after a lost answer has the same.</summary>
    private string NewToken(IEnumerable<Step> steps)
    {
#pragma warning disable CA5394 // unique together with the versions is enough
        var content = string.Join('\n', steps.Select(static step => $"{step.Next.OrderId} {step.Next.Version}")) + random.NextInt64();
#pragma warning restore CA5394
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, 16));
    }
}

/// <summary>An <see cref="InventoryStore.SaveAsync"/> that met something newer: the heads and rows as they are.</summary>
/// <param name="WithUnits">True where units were to change hands: none did.</param>
internal sealed record Conflict(bool WithUnits, List<Reservation> Heads, List<(string Tenant, string Sku, decimal? Available)> Rows);
