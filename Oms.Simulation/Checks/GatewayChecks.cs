using Oms.Simulation.Cloud;
using Oms.Simulation.Scenario;

namespace Oms.Simulation.Checks;

/// <summary>What is asked of the gateway: each order's money with its own request's token, and only under a lease that still runs; and that no order counts on money that the gateway does not hold.</summary>
internal sealed class GatewayChecks(World world, Violations violations)
{
    private readonly Dictionary<string, DateTimeOffset> _leases = new(StringComparer.Ordinal);
    private readonly HashSet<(string OrderId, DateTimeOffset Lease)> _used = [];
    private readonly Dictionary<string, DateTimeOffset> _looked = new(StringComparer.Ordinal);

    public void Commit(IReadOnlyList<ItemWrite> commit)
    {
        foreach (var write in commit)
        {
            if (write.After is { } raw && PaymentHead.Is(write.Table, raw) && new PaymentHead(raw) is { LeaseUntil: { } until } head && until > _leases.GetValueOrDefault(head.OrderId))
            {
                violations.Require(head.Wish == "Collect" || head.State == "Voiding", 12, () => $"the money of {world.Named(head.OrderId)} is to be asked for, and its order wants {head.Wish}");
                _leases[head.OrderId] = until;
            }

            if (write.After is { } given && PaymentHead.Is(write.Table, given) && new PaymentHead(given) is { IsFinal: true } payment && (write.Before is not { } before || new PaymentHead(before).State != payment.State))
            {
                GivenUp(payment);
            }

            if (write.After is { } next && PaymentHead.Is(write.Table, next) && new PaymentHead(next) is { State: "Voiding" } voiding && (write.Before is not { } last || new PaymentHead(last).State != "Voiding"))
            {
                violations.Require(
                    world.Tables.Find(OrderHead.Table, voiding.OrderId, "head") is { } waiting && new OrderHead(waiting).IsFinal,
                    6,
                    () => $"the money of {world.Named(voiding.OrderId)} is given back, and its order has not ended");
            }

            if (write.After is { } written && OrderHead.Is(write.Table, written) && new OrderHead(written) is { State: "Confirmed", Payer: "Oms", ToCollect: > 0 } order && (write.Before is not { } old || new OrderHead(old).State != "Confirmed"))
            {
                violations.Require(Live(order.Id) > 0, 6, () => $"{world.Named(order.Id)} is confirmed, and the gateway holds nothing for it");
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

    /// <summary>The gateway has answered.</summary>
    public void Performed(OutgoingCall call, Reply reply)
    {
        if (call is { Operation: "gateway.Find", Uri: { } uri } && reply.Status == 200)
        {
            _looked[OutgoingCall.Form(System.Text.Encoding.UTF8.GetBytes(uri.Query.TrimStart('?')))["idempotency_key"]] = world.Time.Now;
        }
    }

    /// <summary>Nobody is told that there is no money while the gateway holds it, unless it came there after the last look.</summary>
    private void GivenUp(PaymentHead payment)
    {
        if (Live(payment.OrderId) <= 0)
        {
            return;
        }

        var money = world.Gateway.Ledger.Last(entry => entry.Reference == payment.OrderId && entry.Kind == "authorised");
        violations.Require(
            payment.State == "Expired" && _looked.TryGetValue(money.IdempotencyKey!, out var last) && last <= money.At,
            12,
            () => $"the payment of {world.Named(payment.OrderId)} is given up as {payment.State}, and the gateway holds the money since {money.At:T}");
    }

    private int Live(string orderId) => world.Gateway.Ledger.Where(entry => entry.Reference == orderId).Sum(static entry => entry.Kind switch { "authorised" => 1, "canceled" => -1, _ => 0 });

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
