using Microsoft.Extensions.Logging;
using Oms.ServiceDefaults;

namespace Oms.Inventory;

/// <summary>
/// Carries wishes out. Heads and rows are read, decided in the order given, and written together; where a condition fails,
/// what DynamoDB returned replaces what was read and it is decided anew. After three rounds, or a fault, each order goes by itself, so that one cannot hold up the others.
/// </summary>
internal sealed class StockLedger(InventoryStore store, TimeProvider clock, ILogger log)
{
    private const int Rounds = 3;

    /// <summary>DynamoDB: actions in one transaction.</summary>
    private const int MaxActions = 100;

    /// <exception cref="StockContentionException">Others were faster in every round.</exception>
    public async Task<Settled> SettleOneAsync(Wish wish, CancellationToken cancellation) =>
        (await SettleAsync([wish], cancellation)).GetValueOrDefault(wish.OrderId) ?? throw new StockContentionException($"The reservation of {wish.OrderId} could not be settled against others that change the same stock");

    /// <returns>What was settled, by order id; what is missing is to be tried again later.</returns>
    public async Task<IReadOnlyDictionary<string, Settled>> SettleAsync(IReadOnlyList<Wish> wishes, CancellationToken cancellation)
    {
        var settled = new Dictionary<string, Settled>(StringComparer.Ordinal);
        if (wishes.Count == 1)
        {
            await RunAsync(wishes, settled, cancellation);
            return settled;
        }

        await RunGuardedAsync(wishes, settled, cancellation);
        foreach (var wish in wishes.Where(wish => !settled.ContainsKey(wish.OrderId)).ToList())
        {
            await RunGuardedAsync([wish], settled, cancellation);
        }

        return settled;
    }

    /// <summary>One order that cannot be read or written at all stays unsettled by itself, and takes nobody along.</summary>
    private async Task RunGuardedAsync(IReadOnlyList<Wish> wishes, Dictionary<string, Settled> settled, CancellationToken cancellation)
    {
        try
        {
            await RunAsync(wishes, settled, cancellation);
        }
#pragma warning disable CA1031 // whatever it was: those of the batch that it does not concern are done, and what is left is delivered again
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotSettled(log, wishes.Count, Fault.Describe(fault));
        }
    }

    private async Task RunAsync(IReadOnlyList<Wish> wishes, Dictionary<string, Settled> settled, CancellationToken cancellation)
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            var heads = await store.LoadAsync([.. wishes.Select(static wish => wish.OrderId)], cancellation);
            var shelf = new Shelf();
            for (var lost = 0; lost < Rounds;)
            {
                var targets = Targets(wishes, heads, said, settled);
                if (targets.Count == 0)
                {
                    return;
                }

                await ReadRowsAsync(targets, shelf, cancellation);
                var (groups, after) = Plan(targets, shelf, clock.GetUtcNow());
                var conflicts = new List<Conflict>();
                foreach (var steps in groups)
                {
                    if (await store.SaveAsync(steps, cancellation) is { } conflict)
                    {
                        conflicts.Add(conflict);
                        continue;
                    }

                    foreach (var step in steps)
                    {
                        heads[step.Next.OrderId] = step.Next;
                        if (step.Next.Emits)
                        {
                            said.Add(step.Next.OrderId);
                        }
                    }
                }

                if (conflicts.Count == 0)
                {
                    shelf = after;
                    continue;
                }

                lost++;
                shelf = conflicts.Exists(static conflict => conflict.WithUnits) ? shelf : after;
                foreach (var conflict in conflicts)
                {
                    conflict.Heads.ForEach(head => heads[head.OrderId] = head);
                    conflict.Rows.ForEach(row => shelf.Put(row.Tenant, row.Sku, row.Available));
                }
            }
        }
        catch (Exception fault) when (RetryPolicy.IsTransient(fault, cancellation))
        {
            // Conflicts or throttling outlasted the retries: what is not settled is tried alone, or delivered again.
            Log.StoreBusy(log, wishes.Count, fault.GetType().Name);
        }
    }

    /// <summary>What still has to be written; an order that has come to rest is settled.</summary>
    private static List<Reservation> Targets(IReadOnlyList<Wish> wishes, Dictionary<string, Reservation> heads, HashSet<string> said, Dictionary<string, Settled> settled)
    {
        var targets = new List<Reservation>();
        foreach (var wish in wishes.Where(wish => !settled.ContainsKey(wish.OrderId)))
        {
            var current = heads.GetValueOrDefault(wish.OrderId);
            var unfinished = current?.Aim is null ? null : current;
            if ((wish.Decide(current) ?? unfinished) is { } target)
            {
                targets.Add(target);
            }
            else
            {
                settled.Add(wish.OrderId, new Settled(current, said.Contains(wish.OrderId)));
            }
        }

        return targets;
    }

    /// <summary>
    /// One step for each order, in the order given, each seeing what the ones before it took. Steps that move units, and refusals that depend on them, share one transaction;
    /// a head that changes by itself is a plain write at half the price. What does not fit into the transaction waits for the next round.
    /// </summary>
    internal static (IReadOnlyList<IReadOnlyList<Step>> Groups, Shelf After) Plan(IReadOnlyList<Reservation> targets, Shelf shelf, DateTimeOffset now)
    {
        var after = shelf.Copy();
        var groups = new List<IReadOnlyList<Step>>();
        var together = new List<Step>();
        var rows = new HashSet<(string Tenant, string Sku)>();
        foreach (var target in targets)
        {
            var step = target.Advance(after, now);
            if (step.Units.Count == 0 && !(step.JudgedByShelf && together.Count > 0))
            {
                groups.Add([step]);
                continue;
            }

            var more = step.Units.Select(line => (target.Tenant, line.Sku)).Where(row => !rows.Contains(row)).ToList();
            if (together.Count + 1 + rows.Count + more.Count > MaxActions)
            {
                break;
            }

            rows.UnionWith(more);
            together.Add(step);
            after.Take(target.Tenant, step.Units, step.Sign);
        }

        if (together.Count > 0)
        {
            groups.Add(together);
        }

        return (groups, after);
    }

    private async Task ReadRowsAsync(List<Reservation> targets, Shelf shelf, CancellationToken cancellation)
    {
        var unknown = targets
            .SelectMany(static target => target.Wanted.Select(line => (target.Tenant, line.Sku)))
            .Where(row => !shelf.Knows(row.Tenant, row.Sku))
            .Distinct()
            .ToList();
        foreach (var (tenant, sku, available) in await store.ReadAvailableAsync(unknown, cancellation))
        {
            shelf.Put(tenant, sku, available);
        }
    }
}

/// <summary>What somebody wants of one order's reservation: from what is stored to what it shall become; null: nothing to write.</summary>
internal sealed record Wish(string OrderId, Func<Reservation?, Reservation?> Decide);

/// <param name="Now">What stands now; null: there is no reservation.</param>
/// <param name="Said">True where this call wrote an event.</param>
internal sealed record Settled(Reservation? Now, bool Said);
