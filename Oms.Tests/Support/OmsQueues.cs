namespace Oms.Tests.Support;

/// <summary>The queues of the template, by what they are for.</summary>
internal static class OmsQueues
{
    public static readonly string[] Inboxes = ["orders-inbox", "payments-inbox", "inventory-inbox", "notifications-inbox"];

    /// <summary>Where messages end that nobody could take.</summary>
    public static readonly string[] DeadLetters =
    [
        .. Inboxes.Select(static inbox => inbox + "-dlq"),
        .. Inboxes.Select(static inbox => inbox + "-undelivered"),
        "orders-quarantine", "payments-quarantine", "inventory-quarantine",
    ];
}
