using Oms.Simulation.Cloud;
using Oms.Simulation.Scenario;

namespace Oms.Simulation.Checks;

/// <summary>
/// Whether one order may stand where it stands: judged by what the client said, what the gateway's ledger says and what the stock says,
/// never by the order's own view of these.
/// </summary>
internal sealed class FinalState(World world, Violations violations, CommitChecks commits, PlannedOrder order, OrderHead head)
{
    /// <summary>Clocks of most runs tick every 25 minutes, and each question has an hour.</summary>
    private static readonly TimeSpan LongestOverdue = TimeSpan.FromHours(2);

    private readonly ReservationHead? _reservation = world.Tables.Find(ReservationHead.Table, order.Id, "head") is { } raw ? new ReservationHead(raw) : null;
    private readonly PaymentHead? _payment = world.Tables.Find(PaymentHead.Table, order.Id, "head") is { } raw ? new PaymentHead(raw) : null;

    /// <summary>The shop's last word: by its own time, of equal times by how far the order has come.</summary>
    private readonly Observation? _latest = order.Observations.Count == 0 ? null : order.Observations.OrderBy(static seen => seen.UpdatedAt).ThenBy(static seen => Rank(seen.State)).Last();

    private long MostPaid => order.Observations.Select(static seen => Math.Max(seen.Paid, seen.Authorised)).DefaultIfEmpty().Max();

    /// <summary>Which of the placements counted is checked before.</summary>
    private bool WantsStock => head.Lines is not { Count: 0 };

    public void Check()
    {
        Money();
        Stock();
        Shop();
        Timeline();
        switch (head.State)
        {
            case "Confirmed":
                Must(IsSecured(), 6, "is confirmed, and nobody has its money");
                Must(!IsCancelledInShop, 7, "is confirmed, though the shop has cancelled it");
                break;
            case "AwaitingPayment":
                Must(!order.IsNative && !IsSecured() && !IsCancelledInShop, 10, "still waits for a payment that is there or will never come");
                break;
            case "Rejected":
                Must(_reservation?.Status is "Refused" or "Released", 5, "is rejected, and its stock was not refused");
                break;
            case "Cancelled":
                Cancelled();
                break;
            case "Completed":
                Must(order.Observations.Exists(static seen => seen.State == "complete"), 7, "is completed, which nobody said");
                break;
            case "Closed":
                Must(order.Observations.Exists(static seen => seen.State == "closed"), 7, "is closed, which nobody said");
                break;
            case "Review":
                Must(head.Reasons.Count > 0 && head.Reasons.All(IsJustified), 10, $"is in review without a good reason: {string.Join(' ', head.Reasons)}");
                Must(!IsCancelledInShop, 10, "is in review, though the shop has cancelled it");
                break;
            default:
                Must(false, 10, $"has come to no end: it is still {head.State}");
                break;
        }
    }

    /// <summary>Closed before anything was shipped is given back as a whole.</summary>
    private bool IsCancelledInShop => _latest is { State: "canceled" } or { State: "closed", IsShipped: false };

    private void Money()
    {
        var entries = world.Gateway.Ledger.Where(entry => entry.Reference == order.Id).ToList();
        var authorised = entries.Count(static entry => entry.Kind == "authorised");
        var live = authorised - entries.Count(static entry => entry.Kind == "canceled");
        Must(authorised <= 1, 3, $"was authorised {authorised} times");
        Must(entries.Select(static entry => entry.IdempotencyKey).Distinct(StringComparer.Ordinal).Count() <= 1, 12, "was sent to the gateway under more than one key");
        Must(world.Gateway.Requests.Where(request => request.Parameters.Contains(order.Id, StringComparison.Ordinal)).Select(static request => request.Parameters).Distinct(StringComparer.Ordinal).Count() <= 1, 12, "was sent to the gateway with different parameters");
        Must(entries.TrueForAll(entry => entry.Amount == head.ToCollect && string.Equals(entry.Currency, order.Placements[0].Currency, StringComparison.OrdinalIgnoreCase)), 6, "was sent to the gateway with another amount than is to be collected");
        Must(entries.Count == 0 || head.Payer == "Oms", 6, "was sent to the gateway, though the money is not for Oms to collect");
        Must(live <= 0 || !head.IsFinal, 6, "has ended, and its money is still held");
        if (head is { Payer: "Oms", State: "Confirmed" })
        {
            Must(live == 1, 6, "is confirmed without an authorisation at the gateway");
        }

        if (_payment is { } payment)
        {
            Must(payment.Tenant == order.Tenant, 13, "has a payment of another tenant");
            Must(payment.Amount == head.ToCollect && payment.Currency == head.Currency, 6, "has a payment over another amount");
            Must(payment.IsFinal || payment.State == "Authorised", 12, $"has a payment that is still {payment.State}");
            Must((payment.State == "Authorised") == (live == 1), 6, $"has a payment {payment.State}, and {live} authorisations at the gateway");
        }
    }

    /// <summary>Nothing that the shop was told is known has been forgotten.</summary>
    private void Shop()
    {
        if (order.IsNative)
        {
            return;
        }

        Must(head.ShopState == _latest!.State, 1, $"was last seen as {head.ShopState}, and the shop's last word was {_latest.State}");
        Must(head.ShopPaid == order.Observations.Max(static seen => seen.Paid) && head.ShopAuthorised == order.Observations.Max(static seen => seen.Authorised), 6, $"has {head.ShopPaid} paid and {head.ShopAuthorised} authorised, which is not what the shop said");
        Must(
            order.Observations.TrueForAll(seen => seen.IsChanged == order.Observations[0].IsChanged) || head.Doubts.Concat(head.Flags).Contains("placement-changed", StringComparer.Ordinal),
            1,
            "was changed in the shop, and nobody can see that");
    }

    /// <summary>Every step of the order stands in its timeline, in its head or in the items that took over what was too long for it.</summary>
    private void Timeline()
    {
        var entries = world.Tables.All.Where(entry => entry.Key.Table == OrderHead.Table && entry.Key.Partition == order.Id && entry.Key.Sort.StartsWith("history#", StringComparison.Ordinal))
            .OrderBy(static entry => entry.Key.Sort, StringComparer.Ordinal).SelectMany(static entry => OrderHead.Entries(entry.Value)).Concat(head.History).ToList();
        Must(entries.Zip(entries.Skip(1)).All(static pair => pair.First.Version < pair.Second.Version), 7, $"has a timeline out of order: {string.Join(' ', entries)}");
        var state = "";
        for (var version = 1L; version <= head.Version; version++)
        {
            var now = commits.States[("orders", order.Id, version)];
            Must(now == state || entries.Contains((version, now)), 7, $"became {now} with version {version}, which its timeline does not tell: {string.Join(' ', entries)}");
            state = now;
        }

        Must(entries.TrueForAll(entry => commits.States.GetValueOrDefault(("orders", order.Id, entry.Version)) == entry.State), 7, $"has a timeline that tells what never was: {string.Join(' ', entries)}");
    }

    private void Stock()
    {
        if (_reservation is not { } reservation)
        {
            Must(head.State is "Completed" or "Closed" or "Cancelled" || (head.State == "Received" && !WantsStock), 5, $"is {head.State} and has no reservation");
            return;
        }

        Must(reservation.Tenant == order.Tenant, 13, "has a reservation of another tenant");
        var holds = reservation.PartsTaken > 0;
        Must(reservation.Status != "Held" || reservation.ExpiresAt is not { } expiry || world.Time.Now < expiry + LongestOverdue, 5, $"holds stock past {reservation.ExpiresAt:u}, and nobody has asked whether it is still wanted");
        Must(reservation.Status is not ("Held" or "Committed") || holds == WantsStock, 4, $"has a reservation that is {reservation.Status} and holds {commits.UnitsOf(order.Id).Count} SKUs");
        switch (head.State)
        {
            case "Confirmed":
                Must(reservation.Status == "Committed" && holds == WantsStock, 5, $"is confirmed, and its reservation is {reservation.Status}");
                break;
            case "Cancelled" or "Rejected":
                Must(reservation.Status is "Released" or "Refused" or null && !holds, 5, $"is {head.State}, and its reservation is {reservation.Status}");
                break;
            case "AwaitingPayment":
                Must(reservation.Status == "Held" && holds == WantsStock, 5, $"waits for its payment, and its reservation is {reservation.Status}");
                break;
            default:
                break;
        }

        var units = commits.UnitsOf(order.Id);
        Must(!holds || order.Placements.Any(placement => placement.Lines.Count == units.Count && placement.Lines.All(line => units.GetValueOrDefault(line.Key) == line.Value)), 4, $"holds {string.Join(", ", units)}, which is not what was ordered");
        Must(
            reservation.Status is not ("Refused" or "Lost") || order.Placements.Any(placement => reservation.Shortages.All(shortage => placement.Lines.GetValueOrDefault(shortage.Sku) == shortage.Wanted)),
            4,
            $"is short of {string.Join(", ", reservation.Shortages)}, which is not what was ordered");
        Must(reservation.Status is not ("Refused" or "Lost" or "Released") || !holds, 5, $"has a reservation that is {reservation.Status} and holds units");
    }

    private void Cancelled()
    {
        if (!order.IsNative)
        {
            Must(order.Observations.Exists(static seen => seen is { State: "canceled" } or { State: "closed", IsShipped: false }), 7, "is cancelled, and the shop never said so");
            return;
        }

        var declined = world.Gateway.Ledger.Any(entry => entry.Reference == order.Id && entry.Kind == "declined");
        Must(head.Payer == "Oms", 7, "is cancelled, and nothing was to be collected");
        Must(head.Reasons.Contains("payment-declined", StringComparer.Ordinal) ? declined : head.Reasons.Contains("payment-expired", StringComparer.Ordinal), 7, $"is cancelled because of {string.Join(' ', head.Reasons)}, which did not happen");

        // Half an hour is enough for every gateway that works.
        Must(declined || world.Coverage.Faults > 0, 10, "is cancelled, though nothing went wrong");
    }

    private bool IsSecured()
    {
        if (head.ToCollect == 0)
        {
            return true;
        }

        if (order.IsNative)
        {
            return order.Placements.Any(static placement => placement.Token is null) || head.Payer == "Oms";
        }

        var state = _latest!.State == "holded" ? "processing" : _latest.State;
        return state != "pending_payment" && (_latest.Method == "cashondelivery" || MostPaid >= head.ToCollect);
    }

    private bool IsJustified(string reason) => reason switch
    {
        "stock-short" => _reservation is { Status: "Refused", LacksRow: false },
        "sku-unknown" => _reservation is { Status: "Refused", LacksRow: true },
        "stock-lost" => _reservation?.Status == "Lost",
        "placement-changed" => order.Observations.Exists(static seen => seen.IsChanged),
        "duplicate-suspected" => order.Twin is not null,
        "payment-review" => order.Observations.Exists(static seen => seen.State == "payment_review") && _latest!.State == "payment_review",
        "payment-overdue" => _latest is { State: "new" or "pending_payment" } && world.Time.Now - commits.Shelves.PlacedAt(order.Id) >= (_latest.Method == "banktransfer" ? TimeSpan.FromDays(7) : TimeSpan.FromHours(9)),
        "payment-unproven" => _latest is { State: "processing" } && MostPaid < head.ToCollect,
        _ => false,
    };

    private void Must(bool holds, int invariant, string otherwise) => violations.Require(holds, invariant, () => $"{order.Name} ({order.Kind}) {otherwise}");

    private static int Rank(string state) => Array.IndexOf(["new", "pending_payment", "payment_review", "processing", "holded", "complete", "closed", "canceled"], state);
}
