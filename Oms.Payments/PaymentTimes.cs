namespace Oms.Payments;

/// <summary>How long things are waited for.</summary>
internal static class PaymentTimes
{
    /// <summary>A call belongs to its winner: longer than a gateway's answer is waited for.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>Clocks differ: a lease is judged a little after its end.</summary>
    public static readonly TimeSpan AfterLease = TimeSpan.FromSeconds(2);

    /// <summary>A request sent within the lease has arrived by then or never will: only now does "not found" mean that there is nothing.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    /// <summary>The clock looks this much later than a delayed message would have.</summary>
    public static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(2);

    /// <summary>A payment given up as "nothing there" is looked up once more.</summary>
    public static readonly TimeSpan LastLook = TimeSpan.FromHours(1);

    /// <summary>Not resolved by then: a person has to look.</summary>
    public static readonly TimeSpan CaseAfter = TimeSpan.FromHours(24);

    private static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)];

    /// <summary>Looked for in vain <paramref name="asks"/> times: how long until the next.</summary>
    public static TimeSpan WaitAfter(int asks, bool personLooks) =>
        personLooks ? TimeSpan.FromDays(1)
        : asks < Waits.Length ? Waits[asks]
        : TimeSpan.FromHours(1);
}
