using System.Text.Json;
using Oms.Simulation.Cloud;
using Oms.Simulation.Scenario;

namespace Oms.Simulation.Checks;

/// <summary>What must hold when everything has come to rest: every order that a client was promised is there, has come to an end or waits for a good reason, and money and stock say the same as it does.</summary>
internal sealed class EndChecks(World world, IClientele clientele, Violations violations, CommitChecks commits)
{
    public void Check()
    {
        foreach (var order in clientele.Orders)
        {
            Answers(order);
            if (world.Tables.Find(OrderHead.Table, order.Id, "head") is not { } raw)
            {
                violations.Require(!order.Exchanges.Exists(static exchange => exchange.Answer is { Status: 202 }), 1, () => $"{order.Name} was accepted and does not exist");
                continue;
            }

            var head = new OrderHead(raw);
            world.Coverage.Final(order.Kind, head.State);
            Content(order, head);
            new FinalState(world, violations, commits, order, head).Check();
            Notices(order);
        }

        foreach (var order in clientele.Orders.Where(static order => order.Kind != "magento twin"))
        {
            Twins(order, order.Twin);
        }

        var planned = clientele.Orders.Select(static order => order.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, item) in world.Tables.All.Where(static entry => entry.Key.Sort == "head"))
        {
            violations.Require(planned.Contains(key.Partition), 2, () => $"{key.Table} has a head {key.Partition} that nobody ordered");
            violations.Require(!ReservationHead.Is(key.Table, item) || !new ReservationHead(item).IsUnfinished, 10, () => $"the reservation of {world.Named(key.Partition)} is still on its way: {item}");
        }

        Reads();
        Counts();
        foreach (var exchange in clientele.Orders.SelectMany(static order => order.Exchanges).Concat(clientele.Reads.Select(static read => read.Exchange)).Concat(clientele.Counts))
        {
            violations.Require(exchange.Answer?.Body.Contains("\"internal-error\"", StringComparison.Ordinal) != true, 10, () => $"{exchange.Operation} was answered as a bug is: {exchange.Answer!.Body}");
        }
    }

    /// <summary>One order per key: whoever sends the same gets the same answer, whoever sends something else a refusal.</summary>
    private void Answers(PlannedOrder order)
    {
        var accepted = order.Exchanges.Where(static exchange => exchange.Answer is { Status: 202 }).ToList();
        violations.Require(accepted.Select(static exchange => exchange.Answer!.Body).Distinct(StringComparer.Ordinal).Count() <= 1, 2, () => $"{order.Name} was answered in different ways: {string.Join(" and ", accepted.Select(static exchange => exchange.Answer!.Body).Distinct(StringComparer.Ordinal))}");
        violations.Require(accepted.TrueForAll(exchange => exchange.Answer!.Headers.GetValueOrDefault("location") == $"/v1/orders/{order.Id}"), 2, () => $"{order.Name} was answered with the location of another order");
        foreach (var exchange in order.Exchanges.Where(static exchange => exchange.Answer is not null))
        {
            var status = exchange.Answer!.Status;
            violations.Require(exchange.Operation switch
            {
                "POST order" => status is 202 or 503 or 500 or 504 || (order.Placements.Count > 1 && status == 422),
                "POST other order" => status is 422 or 503 or 500 or 504,
                "POST order without key" => status is 400 or 503 or 500 or 504,
                _ => status is 202 or 503 or 500 or 504,
            }, 2, () => $"{exchange.Operation} for {order.Name} was answered {status}: {exchange.Answer.Body}");
        }

        violations.Require(!order.IsNative || order.Placements.Count(placement => accepted.Exists(exchange => exchange.Body.AsSpan().SequenceEqual(placement.Body))) <= 1, 2, () => $"two different requests with the key of {order.Name} were both accepted");
    }

    /// <summary>What was promised is what is there.</summary>
    private void Content(PlannedOrder order, OrderHead head)
    {
        violations.Require(head.Tenant == order.Tenant && head.Store == order.Store, 13, () => $"{order.Name} belongs to {head.Tenant} and {head.Store}");
        var candidates = order.Placements.Where(placement => placement.Total == head.Total && head.ToCollect == placement.Total && head.Currency == placement.Currency && (SameLines(placement.Lines, head.Lines) || IsRecorded(order, head))).ToList();
        violations.Require(candidates.Count > 0, 1, () => $"{order.Name} has other lines or totals than any request: total {head.Total}, to collect {head.ToCollect}, lines {(head.Lines is null ? "in the document" : string.Join(", ", head.Lines))}");
        if (order.IsNative && order.Placements.Count > 1 && order.Exchanges.Find(static exchange => exchange.Answer is { Status: 202 }) is { } first)
        {
            violations.Require(candidates.Exists(placement => placement.Body.AsSpan().SequenceEqual(first.Body)), 2, () => $"{order.Name} was accepted for one request and holds what another said");
        }
    }

    /// <summary>Of two orders with the same contents of one quote that both live, the later one comes before a person.</summary>
    private void Twins(PlannedOrder order, PlannedOrder? twin)
    {
        if (twin is null || world.Tables.Find(OrderHead.Table, order.Id, "head") is not { } one || world.Tables.Find(OrderHead.Table, twin.Id, "head") is not { } other)
        {
            return;
        }

        var heads = (OrderHead[])[new(one), new(other)];
        violations.Require(heads.Any(static head => head.IsFinal) || heads.Any(static head => head.Doubts.Contains("duplicate-suspected", StringComparer.Ordinal)), 2, () => $"{order.Name} and {twin.Name} are the same purchase, and nobody was asked");
    }

    private void Notices(PlannedOrder order)
    {
        var told = commits.Events.Values.Where(told => told.OrderId == order.Id && told.Type is "order.confirmed.v1" or "order.cancelled.v1" or "order.rejected.v1").ToList();
        foreach (var one in told)
        {
            violations.Require(world.Tables.Find(OrderHead.Table, order.Id, $"notice#{one.Version:D10}") is not null, 8, () => $"nobody was told of {one.Type} of {order.Name}, version {one.Version}");
        }

        var notices = world.Tables.All.Count(entry => entry.Key.Partition == order.Id && entry.Key.Sort.StartsWith("notice#", StringComparison.Ordinal));
        violations.Require(notices == told.Count, 8, () => $"{order.Name} has {notices} notices for {told.Count} events");
    }

    /// <summary>Nobody sees what is another tenant's.</summary>
    private void Reads()
    {
        foreach (var (order, isOwn, exchange) in clientele.Reads.Where(static read => read.Exchange.Answer is not null))
        {
            var answer = exchange.Answer!;
            violations.Require(isOwn ? answer.Status is 200 or 404 or 503 or 500 or 504 : answer.Status is 404 or 503 or 500 or 504, 13, () => $"{exchange.Tenant} read {order.Name} of {order.Tenant} and got {answer.Status}: {answer.Body}");
            violations.Require(!Array.Exists(DeliveryChecks.Secrets, secret => answer.Body.Contains(secret, StringComparison.Ordinal)), 14, () => $"a person's data stand in the answer to {world.Named(exchange.Path)}: {answer.Body}");
            if (!exchange.Path.StartsWith("/v1/payments/", StringComparison.Ordinal))
            {
                violations.Require(!isOwn || answer.Status != 404 || !order.Exchanges.Exists(told => told.Answer is { Status: 202 } && told.HeardAt < exchange.SentAt), 1, () => $"{order.Name} was accepted, and then {exchange.Path} was not found");
            }

            if (answer.Status == 200 && (exchange.Path == $"/v1/orders/{order.Id}" || exchange.Path.StartsWith("/v1/magento/", StringComparison.Ordinal)))
            {
                Shown(order, answer.Body);
            }
        }
    }

    /// <summary>What a reader sees is what was ordered.</summary>
    private void Shown(PlannedOrder order, string body)
    {
        using var json = JsonDocument.Parse(body);
        var view = json.RootElement;
        var total = decimal.Parse(view.GetProperty("total").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        var lines = view.GetProperty("lines").EnumerateArray().Select(static line => (Sku: line.GetProperty("sku").GetString()!, Reserves: line.GetProperty("toReserve").GetDecimal()))
            .Where(static line => line.Reserves > 0).GroupBy(static line => line.Sku, StringComparer.Ordinal).ToDictionary(static sku => sku.Key, static sku => sku.Sum(static line => line.Reserves), StringComparer.Ordinal);
        var isEnded = order.Observations.Exists(static seen => seen.State is "canceled" or "complete" or "closed");
        violations.Require(
            view.GetProperty("orderId").GetString() == order.Id && order.Placements.Any(placement => placement.Total == total * Bodies.MinorUnits(placement.Currency) && placement.Currency == view.GetProperty("currency").GetString() && (isEnded || SameLines(placement.Lines, lines))),
            1,
            () => $"{order.Name} is shown as {body}");
        if (world.Tables.Find(OrderHead.Table, order.Id, "head") is { } raw && new OrderHead(raw).Lines is { Count: > 0 } reserved)
        {
            violations.Require(SameLines(reserved, lines), 1, () => $"{order.Name} is shown as {body}, and reserves {string.Join(", ", reserved)}");
        }
    }

    /// <summary>A count that was answered 200 was set: it is the row's, unless a later one came.</summary>
    private void Counts()
    {
        foreach (var exchange in clientele.Counts.Where(static exchange => exchange is { Operation: "PUT stock", Answer: not null }))
        {
            violations.Require(exchange.Answer!.Status is 200 or 409 or 503 or 500 or 504, 2, () => $"a count was answered {exchange.Answer.Status}: {exchange.Answer.Body}");
            if (exchange.Answer.Status == 409)
            {
                var wanted = CountedBy(exchange);
                violations.Require(
                    commits.Shelves.WasReserved(RowOf(exchange), wanted, exchange.SentAt, exchange.HeardAt!.Value),
                    4,
                    () => $"the count of {wanted} of {exchange.Path} was refused, and no more than that was reserved: {exchange.Answer.Body}");

                // A row remembers its last eight.
                violations.Require(
                    exchange.Key is null || clientele.Counts.Count(other => other.Operation == exchange.Operation && RowOf(other) == RowOf(exchange)) > 8 || !clientele.Counts.Any(other => other.Key == exchange.Key && other.Answer is { Status: 200 } && other.HeardAt < exchange.SentAt),
                    2,
                    () => $"the count {exchange.Key} was answered 200, and its repetition {exchange.Answer.Body}");
            }

            if (exchange.Answer.Status == 200)
            {
                using var row = JsonDocument.Parse(exchange.Answer.Body);
                var (onHand, reserved, available) = (row.RootElement.GetProperty("onHand").GetDecimal(), row.RootElement.GetProperty("reserved").GetDecimal(), row.RootElement.GetProperty("available").GetDecimal());
                violations.Require(reserved >= 0 && reserved <= onHand && available == onHand - reserved, 4, () => $"a count was answered with {exchange.Answer.Body}");
                var counted = CountedBy(exchange);
                violations.Require(onHand == counted || exchange.Answer.Headers.ContainsKey("idempotency-replayed"), 2, () => $"{counted} were counted, and the answer is {exchange.Answer.Body}");
                violations.Require(commits.OnHand.TryGetValue(RowOf(exchange), out var amounts) && amounts.Contains(counted), 1, () => $"{counted} of {exchange.Path} were counted and answered 200, and were never on hand");
            }
        }

        // Without a key the same count may be meant twice.
        var unnamed = clientele.Counts.Where(static exchange => exchange is { Operation: "PUT stock", Key: null }).Select(static exchange => (RowOf(exchange), CountedBy(exchange))).ToHashSet();
        foreach (var (tenant, sku, onHand) in commits.SetAgain)
        {
            violations.Require(unnamed.Contains(((tenant, sku), onHand)), 2, () => $"the count of {onHand} {sku} of {tenant} was set twice: its repetition has undone a later one");
        }

        var counts = clientele.Counts.Where(static exchange => exchange.Operation == "PUT stock").ToLookup(RowOf, CountedBy);
        foreach (var (row, amounts) in commits.OnHand)
        {
            violations.Require(amounts.IsSubsetOf(counts[row]), 4, () => $"{string.Join(", ", amounts.Except(counts[row]))} of {row.Sku} of {row.Tenant} were on hand, and nobody counted that");
        }

        static decimal CountedBy(Exchange count)
        {
            using var sent = JsonDocument.Parse(count.Body);
            return sent.RootElement.GetProperty("onHand").GetDecimal();
        }

        // PUT /v1/stock/{sku}/{source}
        static (string Tenant, string Sku) RowOf(Exchange count) => (count.Tenant, Uri.UnescapeDataString(count.Path.Split('/')[3]));
    }

    /// <summary>An order that the shop has ended before it was heard of first reserves nothing.</summary>
    private static bool IsRecorded(PlannedOrder order, OrderHead head) => head.Lines is { Count: 0 } && order.Observations.Exists(seen => seen.State is "canceled" or "complete" or "closed");

    private static bool SameLines(IReadOnlyDictionary<string, decimal> wanted, IReadOnlyDictionary<string, decimal>? stored) =>
        stored is null ? wanted.Count > 10 : stored.Count == wanted.Count && wanted.All(line => stored.GetValueOrDefault(line.Key) == line.Value);
}
