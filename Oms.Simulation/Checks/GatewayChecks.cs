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
            if (write.After is { } payment && PaymentHead.Is(write.Table, payment))
            {
                Payment(new PaymentHead(payment), write.Before is { } before ? new PaymentHead(before).State : null);
            }
            else if (write.After is { } order && OrderHead.Is(write.Table, order))
            {
                Order(new OrderHead(order), write.Before is { } before ? new OrderHead(before).State : null);
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

    private void Payment(PaymentHead payment, string? stateBefore)
    {
        if (payment.LeaseUntil is { } until && until > _leases.GetValueOrDefault(payment.OrderId))
        {
            violations.Require(payment.Wish == "Collect" || payment.State == "Voiding", 12, () => $"the money of {world.Named(payment.OrderId)} is to be asked for, and its order wants {payment.Wish}");
            _leases[payment.OrderId] = until;
        }

        if (payment.State == stateBefore)
        {
            return;
        }

        if (payment.State == "Voiding")
        {
            violations.Require(
                world.Tables.Find(OrderHead.Table, payment.OrderId, "head") is { } order && new OrderHead(order).IsFinal,
                6,
                () => $"the money of {world.Named(payment.OrderId)} is given back, and its order has not ended");
        }

        if (payment.IsFinal && Live(payment.OrderId) > 0)
        {
            GivenUp(payment);
        }
    }

    private void Order(OrderHead order, string? stateBefore) => violations.Require(
        order is not { State: "Confirmed", Payer: "Oms", ToCollect: > 0 } || stateBefore == "Confirmed" || Live(order.Id) > 0,
        6,
        () => $"{world.Named(order.Id)} is confirmed, and the gateway holds nothing for it");

    /// <summary>Nobody is told that there is no money while the gateway holds it, unless it came there after the last look.</summary>
    private void GivenUp(PaymentHead payment)
    {
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
