using System.Text.Json;
using Oms.Simulation.Cloud;
using Oms.Simulation.Scenario;

namespace Oms.Simulation.Checks;

/// <summary>What a consumer has acknowledged it has applied: the message will not come again, so its effect must be there at that moment.</summary>
internal sealed class AcknowledgementChecks(World world, Violations violations)
{
    public void Check(string queue, string body)
    {
        violations.Require(!Poison.Is(body), 8, () => $"{queue} has acknowledged what it cannot read: {body}");
        if (Poison.Is(body))
        {
            return;
        }

        using var json = JsonDocument.Parse(body);
        var message = json.RootElement;
        if (!message.TryGetProperty("id", out var id))
        {
            return; // a service's word to itself: what became of it is seen when all has come to rest
        }

        var (orderId, version, service) = (message.GetProperty("orderId").GetString()!, message.GetProperty("version").GetInt64(), id.GetString()!.Split('/')[0]);
        var applied = queue switch
        {
            "inventory-inbox" => Find(ReservationHead.Table, orderId) is { } raw && new ReservationHead(raw).OrderVersion >= version,
            "orders-inbox" => Find(OrderHead.Table, orderId) is { } raw && (service == "inventory" ? new OrderHead(raw).StockVersion : new OrderHead(raw).PaymentVersion) >= version,
            "notifications-inbox" => world.Tables.Find(OrderHead.Table, orderId, $"notice#{version:D10}") is not null,
            "payments-inbox" => PaymentFollows(orderId, message.GetProperty("order")),
            var other => throw new NotSupportedException($"the queue {other} is not known: what is the effect of its messages?"),
        };
        violations.Require(applied, 8, () => $"{queue} has acknowledged {world.Named(id.GetString()!)}, and nothing of it is there");
    }

    /// <summary>An order that waits for its money has a payment; of one that has ended nothing is to be collected any more, also where no payment had begun.</summary>
    private bool PaymentFollows(string orderId, JsonElement order)
    {
        if (order.GetProperty("payer").GetString() != "Oms")
        {
            return true;
        }

        return order.GetProperty("state").GetString() switch
        {
            "AwaitingPayment" => Find(PaymentHead.Table, orderId) is not null,
            "Cancelled" or "Rejected" => Find(PaymentHead.Table, orderId) is { } raw && (new PaymentHead(raw).IsFinal || new PaymentHead(raw).Wish == "Release"),
            _ => true,
        };
    }

    private RawItem? Find(string table, string orderId) => world.Tables.Find(table, orderId, "head");
}
