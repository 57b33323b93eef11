namespace Oms.Simulation.Checks;

/// <summary>The head of a payment, read from the raw item of oms-payments.</summary>
internal readonly struct PaymentHead(RawItem item)
{
    public const string Table = "oms-payments";

    public string OrderId => item.Partition;

    public long Version => item.Whole("version");

    public string Tenant => item.Text("tenant")!;

    public string State => item.Text("state")!;

    public long Amount => item.Whole("amount");

    public string Currency => item.Text("currency")!;

    public long OrderVersion => item.Whole("orderVersion");

    public string? Emits => item.Text("outbox");

    /// <summary>What its order wants: Collect, Close or Release.</summary>
    public string Wish => item.Text("wish")!;

    /// <summary>Until then the gateway may be called by whoever wrote this; null: it was never to be called.</summary>
    public DateTimeOffset? LeaseUntil => item.Part("attempt")?.Number("leaseUntil") is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds((long)ms) : null;

    public bool IsFinal => State is "Declined" or "Voided" or "Expired";

    /// <summary>As the event says it.</summary>
    public string Status => State switch
    {
        "Authorising" or "Unknown" or "Authorised" or "Declined" => State,
        _ => "Expired",
    };

    public static bool Is(string table, RawItem item) => table == Table && item.Sort == "head";
}
