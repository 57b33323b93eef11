using Oms.Simulation.Cloud;

namespace Oms.Simulation.Checks;

/// <summary>What must hold after every single commit: stock, money, histories that only go forward along the state machines, and no older news over newer.</summary>
internal sealed class CommitChecks(World world, Violations violations)
{
    private static readonly Dictionary<string, string[]> Orders = new(StringComparer.Ordinal)
    {
        ["-"] = ["Received", "Review", "Cancelled", "Completed", "Closed"],
        ["Received"] = ["AwaitingPayment", "Confirmed", "Review", "Rejected", "Cancelled"],
        ["AwaitingPayment"] = ["Confirmed", "Review", "Cancelled"],
        ["Review"] = ["Received", "AwaitingPayment", "Confirmed", "Rejected", "Cancelled"],
        ["Confirmed"] = ["Review", "Cancelled"],
    };

    private static readonly Dictionary<string, string[]> Payments = new(StringComparer.Ordinal)
    {
        ["-"] = ["Authorising", "Expired"],
        ["Authorising"] = ["Unknown", "Authorised", "Declined", "Voiding", "Voided", "Expired"],
        ["Unknown"] = ["Authorised", "Declined", "Voiding", "Voided", "Expired"],
        ["Authorised"] = ["Voiding"],
        ["Voiding"] = ["Voided"],

        // Money that arrives for a payment that had ended is given back.
        ["Declined"] = ["Voiding"],
        ["Expired"] = ["Voiding"],
    };

    private static readonly Dictionary<string, string[]> Reservations = new(StringComparer.Ordinal)
    {
        ["-"] = ["Held", "Refused", "Released", "Committed", "Lost"],
        ["Held"] = ["Committed", "Released"],
        ["Refused"] = ["Committed", "Lost", "Released"],
        ["Committed"] = ["Released"],
        ["Released"] = ["Held", "Refused", "Committed", "Lost"],
        ["Lost"] = ["Committed", "Released"],
    };

    /// <summary>What is told of a step into a state: each step is told once, by the version that made it.</summary>
    private static readonly Dictionary<string, string> OrderEvents = new(StringComparer.Ordinal)
    {
        ["Received"] = "order.placed.v1",
        ["Review"] = "order.in-review.v1",
        ["AwaitingPayment"] = "order.awaiting-payment.v1",
        ["Confirmed"] = "order.confirmed.v1",
        ["Cancelled"] = "order.cancelled.v1",
        ["Rejected"] = "order.rejected.v1",
        ["Completed"] = "order.recorded.v1",
        ["Closed"] = "order.recorded.v1",
    };

    /// <summary>Voiding is told to nobody: the money is not given up before the gateway says so.</summary>
    private static readonly Dictionary<string, string> PaymentEvents = new(StringComparer.Ordinal)
    {
        ["Authorising"] = "payment.started.v1",
        ["Unknown"] = "payment.unknown.v1",
        ["Authorised"] = "payment.authorised.v1",
        ["Declined"] = "payment.declined.v1",
        ["Voided"] = "payment.expired.v1",
        ["Expired"] = "payment.expired.v1",
    };

    /// <summary>Every step that the state machines allow.</summary>
    public static IEnumerable<(string Machine, string From, string To)> Paths =>
        from machine in new (string Name, Dictionary<string, string[]> Paths)[] { ("order", Orders), ("payment", Payments), ("reservation", Reservations) }
        from path in machine.Paths
        from to in path.Value
        select (machine.Name, path.Key, to);

    private readonly Dictionary<string, Dictionary<(string Tenant, string Sku), decimal>> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Tenant, string Sku), decimal> _sums = [];
    private readonly HashSet<(string Tenant, string Sku)> _touched = [];
    private readonly Dictionary<string, (long Version, DateTimeOffset At)> _ended = new(StringComparer.Ordinal);

    /// <summary>What was on the shelves, moment by moment.</summary>
    public ShelfChecks Shelves { get; } = new(world, violations);

    /// <summary>The state of every version of every head that was committed: service, order, version.</summary>
    public Dictionary<(string Service, string OrderId, long Version), string> States { get; } = [];

    /// <summary>The events that commits carry, by id.</summary>
    public Dictionary<string, CommittedEvent> Events { get; } = new(StringComparer.Ordinal);

    /// <summary>Counts that were set again while their row still remembered them: by row, and how many were counted.</summary>
    public List<(string Tenant, string Sku, decimal OnHand)> SetAgain { get; } = [];

    /// <summary>Called when a reservation gives back what it held, with its order.</summary>
    public Action<string>? GivenBack { get; set; }

    /// <summary>What was ever on hand, by row.</summary>
    public Dictionary<(string Tenant, string Sku), HashSet<decimal>> OnHand { get; } = [];

    public void Check(IReadOnlyList<ItemWrite> commit)
    {
        foreach (var write in commit)
        {
            if (OrderHead.Is(write.Table, write.Item))
            {
                Order(write);
            }
            else if (PaymentHead.Is(write.Table, write.Item))
            {
                Payment(write);
            }
            else if (ReservationHead.Is(write.Table, write.Item))
            {
                Reservation(write);
            }
            else if (write.Item.Partition.StartsWith("stock/", StringComparison.Ordinal) && write.Item.Sort == "default")
            {
                var (tenant, sku) = StockKey(write.Item.Partition);
                _touched.Add((tenant, sku));
                violations.Require(write.After is not null, 4, () => $"the stock row {write.Item.Partition} is gone");
                (OnHand.TryGetValue((tenant, sku), out var amounts) ? amounts : OnHand[(tenant, sku)] = []).Add(write.Item.Number("onHand") ?? -1);
                Shelves.Row((tenant, sku), write.Item);
                Counts(write, tenant, sku);
            }
            else if (write.Item.Sort.StartsWith("notice#", StringComparison.Ordinal))
            {
                Notice(write);
            }
        }

        Shelves.Committed();
        foreach (var (tenant, sku) in _touched)
        {
            Stock(tenant, sku);
        }

        _touched.Clear();
    }

    /// <summary>A count is remembered by the next seven, so that its repetition does not undo them.</summary>
    private void Counts(ItemWrite write, string tenant, string sku)
    {
        var (before, after) = (write.Before?.List("ops") ?? [], write.After?.List("ops") ?? []);
        violations.Require(
            after.SequenceEqual(before, StringComparer.Ordinal) || (after.Count > 0 && after.SkipLast(1).SequenceEqual(before.TakeLast(7), StringComparer.Ordinal)),
            2,
            () => $"{write.Item.Partition} remembers the counts {string.Join(' ', after)}, before it was {string.Join(' ', before)}: a repetition of what is forgotten would undo a later count");
        if (after.Count > 0 && !after.SequenceEqual(before, StringComparer.Ordinal) && before.Contains(after[^1], StringComparer.Ordinal))
        {
            SetAgain.Add((tenant, sku, write.Item.Number("onHand") ?? -1));
        }
    }

    private void Order(ItemWrite write)
    {
        if (write.After is not { } raw)
        {
            violations.Require(false, 1, () => $"the order {write.Item.Partition} is deleted");
            return;
        }

        var after = new OrderHead(raw);
        OrderHead? before = write.Before is { } old ? new OrderHead(old) : null;
        Shelves.Placed(after.Id);
        History("order", Orders, after.Id, before?.Version, after.Version, before?.State, after.State);
        if (before is { } was)
        {
            violations.Require(after.Total == was.Total && after.ToCollect == was.ToCollect && after.Currency == was.Currency, 6, () => $"the money of order {world.Named(after.Id)} changed at version {after.Version}");
            violations.Require(after.Tenant == was.Tenant && after.Store == was.Store, 13, () => $"order {world.Named(after.Id)} changed hands at version {after.Version}");
            violations.Require((after.StockVersion ?? 0) >= (was.StockVersion ?? 0), 9, () => $"order {world.Named(after.Id)} went back from stock version {was.StockVersion} to {after.StockVersion}");
            violations.Require((after.PaymentVersion ?? 0) >= (was.PaymentVersion ?? 0), 9, () => $"order {world.Named(after.Id)} went back from payment version {was.PaymentVersion} to {after.PaymentVersion}");
            violations.Require(!was.IsFinal || after.State == was.State, 7, () => $"order {world.Named(after.Id)} left the final state {was.State} for {after.State}");
        }

        violations.Require(
            after.State != "Rejected" || before?.State == "Rejected" || after.ShopState is null || (after.ShopPaid == 0 && after.ShopAuthorised == 0),
            6,
            () => $"order {world.Named(after.Id)} is rejected with version {after.Version}, and its shop has the money");
        if (after.IsFinal)
        {
            _ended.TryAdd(after.Id, (after.Version, world.Time.Now));
        }

        States[("orders", after.Id, after.Version)] = after.State;
        Told(
            new CommittedEvent("oms-orders", $"orders/{after.Id}/{after.Version}", after.Emits, after.Payer.ToLowerInvariant(), after.Id, after.Version),
            before?.State == after.State,
            before is null && after.State == "Cancelled" ? "order.recorded.v1" : OrderEvents[after.State],
            after.State switch { "AwaitingPayment" => "order.payment-due.v1", "Review" => "order.in-review.v1", _ => null });
    }

    /// <summary>Told once of each event; "superseded" where the order had ended otherwise before anybody could be told, and only there.</summary>
    private void Notice(ItemWrite write)
    {
        var (orderId, version) = (write.Item.Partition, long.Parse(write.Item.Sort.AsSpan("notice#".Length), System.Globalization.CultureInfo.InvariantCulture));
        var name = $"version {version} of {world.Named(orderId)}";
        violations.Require(write.Before is null, 8, () => $"the customer is told twice of {name}");
        var hasEnded = _ended.TryGetValue(orderId, out var end) && end.Version > version;
        switch (write.Item.Text("s"))
        {
            case "told":
                var id = $"\"orders/{orderId}/{version}\"";
                var came = world.Queues.First(static source => source.Queue == "notifications-inbox").Delivered.Find(message => message.Body.Contains(id, StringComparison.Ordinal)).At;
                violations.Require(!hasEnded || end.At >= came, 9, () => $"the customer is told of {name}, when the order had long ended with version {end.Version}");
                break;
            case "superseded":
                violations.Require(hasEnded, 8, () => $"the customer is not told of {name}, as if the order had ended later");
                break;
            case var other:
                violations.Require(false, 8, () => $"{name} is {other}, and its customer has an address");
                break;
        }
    }

    private void Payment(ItemWrite write)
    {
        if (write.After is not { } raw)
        {
            violations.Require(false, 6, () => $"the payment {write.Item.Partition} is deleted");
            return;
        }

        var after = new PaymentHead(raw);
        PaymentHead? before = write.Before is { } old ? new PaymentHead(old) : null;
        History("payment", Payments, after.OrderId, before?.Version, after.Version, before?.State, after.State);
        if (before is { } was)
        {
            violations.Require(after.Amount == was.Amount && after.Currency == was.Currency, 6, () => $"the amount of the payment of {world.Named(after.OrderId)} changed at version {after.Version}");
            violations.Require(after.OrderVersion >= was.OrderVersion, 9, () => $"the payment of {world.Named(after.OrderId)} went back from order version {was.OrderVersion} to {after.OrderVersion}");
        }

        States[("payments", after.OrderId, after.Version)] = after.Status;
        Told(
            new CommittedEvent("oms-payments", $"payments/{after.OrderId}/{after.Version}", after.Emits, null, after.OrderId, after.Version),
            before?.State == after.State,
            PaymentEvents.GetValueOrDefault(after.State),
            "payment.case-opened.v1");
    }

    private void Reservation(ItemWrite write)
    {
        if (write.After is not { } raw)
        {
            violations.Require(false, 5, () => $"the reservation {write.Item.Partition} is deleted");
            return;
        }

        var after = new ReservationHead(raw);
        ReservationHead? before = write.Before is { } old ? new ReservationHead(old) : null;
        History("reservation", Reservations, after.OrderId, before?.Version, after.Version, before?.Status, after.Status ?? "-");
        if (before is { } was)
        {
            violations.Require(after.OrderVersion >= was.OrderVersion, 9, () => $"the reservation of {world.Named(after.OrderId)} went back from order version {was.OrderVersion} to {after.OrderVersion}");
        }

        violations.Require(world.Tables.Find(OrderHead.Table, after.OrderId, "head") is not null, 5, () => $"there is a reservation for {after.OrderId}, which is no order");
        States[("inventory", after.OrderId, after.Version)] = after.Status ?? "-";
        var said = after.Status is { } status ? $"stock.{status.ToLowerInvariant()}.v1" : null;
        Told(
            new CommittedEvent("oms-inventory", $"inventory/{after.OrderId}/{after.Version}", after.Emits, null, after.OrderId, after.Version),
            before?.Status == after.Status,
            said,
            after.Status is "Lost" or "Released" ? said : null); // tried again in vain, or given up before it was taken

        if (after.Status is "Refused" or "Lost" && (before is not { } earlier || earlier.Status != after.Status || !earlier.Shortages.SequenceEqual(after.Shortages)))
        {
            Shelves.Refused(after);
        }

        if (before?.Status == "Held" && after.Status == "Released")
        {
            GivenBack?.Invoke(after.OrderId);
        }

        // What it held before is taken off the sums, what it holds now is added.
        if (_held.TryGetValue(after.OrderId, out var held))
        {
            foreach (var (row, quantity) in held)
            {
                _sums[row] -= quantity;
                _touched.Add(row);
            }
        }

        var now = new Dictionary<(string Tenant, string Sku), decimal>();
        foreach (var (sku, quantity) in UnitsOf(after))
        {
            var row = (after.Tenant, sku);
            now[row] = now.GetValueOrDefault(row) + quantity;
        }

        foreach (var (row, quantity) in now)
        {
            if (quantity > (held?.GetValueOrDefault(row) ?? 0))
            {
                Shelves.Taken(row, quantity - (held?.GetValueOrDefault(row) ?? 0));
            }

            _sums[row] = _sums.GetValueOrDefault(row) + quantity;
            _touched.Add(row);
        }

        _held[after.OrderId] = now;
    }

    /// <summary>What the order's reservation holds, by SKU.</summary>
    public IReadOnlyDictionary<string, decimal> UnitsOf(string orderId) => (_held.GetValueOrDefault(orderId) ?? []).ToDictionary(static unit => unit.Key.Sku, static unit => unit.Value, StringComparer.Ordinal);

    private IEnumerable<(string Sku, decimal Quantity)> UnitsOf(ReservationHead reservation)
    {
        if (reservation.PartsTaken == 0)
        {
            return [];
        }

        if (reservation.Parts is not { } name)
        {
            return reservation.RawLines.Select(ReservationHead.Line);
        }

        return Enumerable.Range(0, (int)reservation.PartsTaken).SelectMany(part =>
            world.Tables.Find(ReservationHead.Table, reservation.OrderId, $"part/{name}/{part:D3}") is { } item ? item.List("l").Select(ReservationHead.Line) : []);
    }

    private void Stock(string tenant, string sku)
    {
        var sum = _sums.GetValueOrDefault((tenant, sku));
        if (world.Tables.Find(ReservationHead.Table, $"stock/{Uri.EscapeDataString(tenant)}/{sku}", "default") is not { } row)
        {
            violations.Require(sum == 0, 4, () => $"{sum} of {sku} of {tenant} are reserved, of which there is no stock row");
            return;
        }

        var (onHand, reserved, available) = (row.Number("onHand"), row.Number("reserved"), row.Number("available"));
        violations.Require(reserved >= 0 && reserved <= onHand, 4, () => $"{sku} of {tenant}: {reserved} are reserved and {onHand} on hand");
        violations.Require(available == onHand - reserved, 4, () => $"{sku} of {tenant}: {available} are said to be available of {onHand} on hand and {reserved} reserved");
        violations.Require(reserved == sum, 4, () => $"{sku} of {tenant}: {reserved} are reserved, but the reservations add up to {sum}");
    }

    /// <summary>Every step is told, by an event of its own kind, and nothing else is.</summary>
    /// <param name="told">What the version carries; without a type: nothing.</param>
    /// <param name="isSame">The state is what it was.</param>
    /// <param name="ofStep">What is to be told of a step into this state; null: nothing.</param>
    /// <param name="without">What may be told without a step.</param>
    private void Told(CommittedEvent told, bool isSame, string? ofStep, string? without)
    {
        violations.Require(isSame ? told.Type is null || told.Type == without : told.Type == ofStep, 8, () => $"{world.Named(told.Id)} tells {told.Type ?? "nothing"}{(isSame ? ", and nothing has happened" : $" where {ofStep ?? "nothing"} has happened")}");
        if (told.Type is not null)
        {
            Events[told.Id] = told;
        }
    }

    private void History(string machine, Dictionary<string, string[]> paths, string orderId, long? before, long after, string? from, string to)
    {
        violations.Require(after == (before ?? 0) + 1, 7, () => $"the {machine} of {world.Named(orderId)} went from version {before ?? 0} to {after}");
        from ??= "-";
        if (from == to)
        {
            return;
        }

        world.Coverage.Visit(machine, from, to);
        violations.Require(paths.TryGetValue(from, out var next) && next.Contains(to, StringComparer.Ordinal), 7, () => $"the {machine} of {world.Named(orderId)} went from {from} to {to} at version {after}");
    }

    private static (string Tenant, string Sku) StockKey(string partition)
    {
        var parts = partition.Split('/', 3);
        return (Uri.UnescapeDataString(parts[1]), parts[2]);
    }
}

/// <summary>An event that a committed version of a head carries.</summary>
internal sealed record CommittedEvent(string Topic, string Id, string? Type, string? Payer, string OrderId, long Version);
