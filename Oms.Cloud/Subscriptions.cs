using Amazon.CDK;
using Amazon.CDK.AWS.SNS;

namespace Oms.Cloud;

/// <summary>Who hears what. Any queue can be added here, or subscribed by a third party from outside.</summary>
internal static class Subscriptions
{
    public static readonly SubscriptionRow[] All =
    [
        new("inventory-inbox", Names.Orders,
            ["order.placed.v1", "order.in-review.v1", "order.awaiting-payment.v1", "order.payment-due.v1", "order.confirmed.v1", "order.cancelled.v1", "order.rejected.v1"]),
        new("payments-inbox", Names.Orders,
            ["order.awaiting-payment.v1", "order.payment-due.v1", "order.cancelled.v1", "order.rejected.v1"], Payer: "oms"),
        new("notifications-inbox", Names.Orders,
            ["order.confirmed.v1", "order.cancelled.v1", "order.rejected.v1"]),
        new("orders-inbox", Names.Inventory,
            ["stock.held.v1", "stock.refused.v1", "stock.committed.v1", "stock.released.v1", "stock.lost.v1"]),
        new("orders-inbox", Names.Payments,
            ["payment.authorised.v1", "payment.declined.v1", "payment.expired.v1"]),
    ];

    public static void Create(Stack stack, Dictionary<string, ServiceResources> services, Dictionary<string, Inbox> inboxes)
    {
        foreach (var row in All)
        {
            _ = new CfnSubscription(stack, Names.LogicalId($"{row.Inbox}-from-{row.Service}"), new CfnSubscriptionProps
            {
                TopicArn = services[row.Service].Topic.Ref,
                Protocol = "sqs",
                Endpoint = inboxes[row.Inbox].Queue.AttrArn,
                RawMessageDelivery = true,
                FilterPolicyScope = "MessageAttributes",
                FilterPolicy = Filter(row),
                RedrivePolicy = new Dictionary<string, object> { ["deadLetterTargetArn"] = inboxes[row.Inbox].Undelivered.AttrArn },
            });
        }
    }

    private static Dictionary<string, object> Filter(SubscriptionRow row)
    {
        var filter = new Dictionary<string, object> { ["type"] = row.Types };
        if (row.Payer is { } payer)
        {
            filter["payer"] = new[] { payer };
        }

        return filter;
    }
}

/// <param name="Inbox">The queue that receives.</param>
/// <param name="Service">Whose topic it listens to.</param>
/// <param name="Types">The event types it wants.</param>
/// <param name="Payer">Only orders that are paid this way.</param>
internal sealed record SubscriptionRow(string Inbox, string Service, string[] Types, string? Payer = null);
