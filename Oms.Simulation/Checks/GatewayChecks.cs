using Oms.Simulation.Cloud;
using Oms.Simulation.Scenario;

namespace Oms.Simulation.Checks;

/// <summary>What is asked of the gateway: each order's money with its own request's token, and only under a lease that still runs; and that no order counts on money that the gateway does not hold.</summary>
internal sealed class GatewayChecks(World world, Violations violations)
{
    private readonly Dictionary<string, DateTimeOffset> _leases = new(StringComparer.Ordinal);
    private readonly HashSet<(string OrderId, DateTimeOffset Lease)> _used = [];

    public void Commit(IReadOnlyList<ItemWrite> commit)
    {
        foreach (var write in commit)
        {
            if (write.After is { } raw && PaymentHead.Is(write.Table, raw) && new PaymentHead(raw) is { LeaseUntil: { } until } head && until > _leases.GetValueOrDefault(head.OrderId))
            {
                _leases[head.OrderId] = until;
            }

            if (write.After is { } written && OrderHead.Is(write.Table, written) && new OrderHead(written) is { State: "Confirmed", Payer: "Oms", ToCollect: > 0 } order && (write.Before is not { } old || new OrderHead(old).State != "Confirmed"))
            {
                var live = world.Gateway.Ledger.Where(entry => entry.Reference == order.Id).Sum(static entry => entry.Kind switch { "authorised" => 1, "canceled" => -1, _ => 0 });
                violations.Require(live > 0, 6, () => $"{world.Named(order.Id)} is confirmed, and the gateway holds nothing for it");
            }
        }
    }

    /// <summary>A process is about to call. Where clocks differ a lease is judged a little late by some, so that only runs with true clocks are judged.</summary>
    public void Sending(OutgoingCall call)
    {
        if (call.Operation != "gateway.Authorise" || world.Rates.LargestSkew > TimeSpan.Zero)
        {
            return;
        }

        var orderId = OutgoingCall.Form(call.Body).GetValueOrDefault("reference") ?? "";
        var lease = _leases.GetValueOrDefault(orderId);
        violations.Require(_used.Add((orderId, lease)), 12, () => $"money of {world.Named(orderId)} is asked for twice under one lease: it belongs to the one worker that wrote it");
        violations.Require(lease >= world.Time.Now, 12, () => $"money of {world.Named(orderId)} is asked for under a lease that has ended: somebody else may already have been told that there is none");
    }

    public void Check(IEnumerable<PlannedOrder> orders)
    {
        foreach (var order in orders.Where(static order => order.IsNative))
        {
            var accepted = order.Exchanges.Find(static exchange => exchange.Answer is { Status: 202 });
            var tokens = order.Placements.Where(placement => accepted is null || placement.Body.AsSpan().SequenceEqual(accepted.Body)).Select(static placement => placement.Token).ToList();
            var used = world.Gateway.Requests.Select(static request => OutgoingCall.Form(System.Text.Encoding.UTF8.GetBytes(request.Parameters)))
                .Where(form => form.GetValueOrDefault("reference") == order.Id).Select(static form => form.GetValueOrDefault("payment_method")).ToList();
            violations.Require(used.TrueForAll(token => tokens.Contains(token, StringComparer.Ordinal)), 6, () => $"{order.Name} was to be paid with {string.Join(" or ", tokens)}, and {string.Join(" and ", used)} was charged");
        }
    }
}
