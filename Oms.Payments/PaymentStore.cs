using System.Collections.Frozen;
using System.Globalization;
using Amazon.DynamoDBv2.Model;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Store;
using Condition = Oms.ServiceDefaults.Store.Condition;

namespace Oms.Payments;

/// <summary>
/// The table oms-payments: one head per order, pk = order id, sk = "head". Written only on the version that was read (the first only if there is none);
/// the event of a version is the attribute <c>outbox</c>, which the stream hands to the relay.
/// </summary>
internal sealed class PaymentStore(DynamoTable table, Random random)
{
    private const string Head = "head";
    private const string Version = "version";
    private const string Operation = "op";

    /// <summary>Every attribute that a write of a head sets. What else stands in one is newer code's and stays in it.</summary>
    internal static readonly FrozenSet<string> HeadAttributes = FrozenSet.Create(
        StringComparer.Ordinal,
        ["pk", "sk", "tenant", "store", Version, Operation, "state", "amount", "currency", "wish", "orderVersion", "at", "told", "history", "attempt", "case", "dueShard", "dueAt", "reference", "declineCode", "outbox", "traceParent"]);

    public async Task<Payment?> FindAsync(string orderId, CancellationToken cancellation) =>
        await table.GetAsync(orderId, Head, cancellation) is { } item ? Read(item) : null;

    /// <returns>Written, and this version is the current one; or overtaken, with the one that is.</returns>
    public async Task<(bool Written, Payment Current)> WriteAsync(Payment payment, CancellationToken cancellation)
    {
        var item = Write(payment, table.DueShards);
        var operation = NewOperation();
        item[Operation] = S(operation);
        var condition = payment.Version == 1 ? Condition.IsNew : Condition.VersionIs(Version, payment.Version - 1);
        var result = await table.PutAsync(item, condition, cancellation);

        // A repetition whose first answer was lost finds its own write.
        return result switch
        {
            { Written: true } => (true, payment),
            { Existing: { } existing } when existing[Operation].S == operation => (true, payment),
            { Existing: { } existing } => (false, Read(existing)),
            _ => throw new InvalidOperationException($"The payment of {payment.OrderId} is gone; heads are never deleted"),
        };
    }

    public Task EnqueueDueAsync(InboxQueue inbox, CancellationToken cancellation) => DueIndex.EnqueueDueAsync(table, inbox, EventTypes.PaymentDue, cancellation);

    /// <summary>The event that a head's image carries; other items of the table (payment instruments) carry none. What carries none is not read at all, so that what this code may not understand of it stops nobody.</summary>
    public static PaymentEvent? EventOf(Dictionary<string, AttributeValue> image) => image["sk"].S == Head && image.ContainsKey("outbox") ? PaymentEvents.OfVersion(Read(image)) : null;

    internal static Dictionary<string, AttributeValue> Write(Payment payment, int dueShards)
    {
        var item = DynamoTable.Key(payment.OrderId, Head);
        item["tenant"] = S(payment.Tenant);
        item["store"] = S(payment.Store);
        item[Version] = N(payment.Version);
        item["state"] = S(payment.State.ToString());
        item["amount"] = N(payment.Amount.Minor);
        item["currency"] = S(payment.Amount.Currency);
        item["wish"] = S(payment.Wish.ToString());
        item["orderVersion"] = N(payment.OrderVersion);
        item["at"] = N(payment.At.ToUnixTimeMilliseconds());
        item["told"] = S(string.Create(CultureInfo.InvariantCulture, $"{payment.Told.Type}|{payment.Told.Version}|{payment.Told.At.ToUnixTimeMilliseconds()}"));
        item["history"] = new AttributeValue { L = [.. payment.History.Select(static entry => S(Line(entry)))] };
        if (payment.Attempt is { } attempt)
        {
            item["attempt"] = new AttributeValue
            {
                M = new(StringComparer.Ordinal)
                {
                    ["number"] = N(attempt.Number),
                    ["key"] = S(attempt.Key),
                    ["startedAt"] = N(attempt.StartedAt.ToUnixTimeMilliseconds()),
                    ["leaseUntil"] = N(attempt.LeaseUntil.ToUnixTimeMilliseconds()),
                    ["asks"] = N(attempt.Asks),
                    ["askAt"] = N(attempt.AskAt.ToUnixTimeMilliseconds()),
                },
            };
        }

        if (payment.Case is { } opened)
        {
            item["case"] = new AttributeValue { M = new(StringComparer.Ordinal) { ["code"] = S(opened.Code), ["told"] = new AttributeValue { BOOL = opened.Told } } };
        }

        if (payment.DueAt is { } due)
        {
            DueIndex.Set(item, payment.OrderId, due, dueShards);
        }

        foreach (var (name, text) in new[] { ("reference", payment.Reference), ("declineCode", payment.DeclineCode), ("outbox", payment.Outbox), ("traceParent", payment.TraceParent) })
        {
            if (text is not null)
            {
                item[name] = S(text);
            }
        }

        payment.Unknown.AddTo(item);
        return item;
    }

    internal static Payment Read(Dictionary<string, AttributeValue> item) => new()
    {
        OrderId = item["pk"].S,
        Tenant = item["tenant"].S,
        Store = item["store"].S,
        Version = Long(item[Version]),
        State = StoredName.Read<PaymentState>(item["state"].S),
        Amount = new Money(Long(item["amount"]), item["currency"].S),
        Wish = StoredName.Read<OrderWish>(item["wish"].S),
        OrderVersion = Long(item["orderVersion"]),
        At = Time(item["at"]),
        History = [.. item["history"].L.Select(static line => Entry(line.S))],
        Attempt = Map(item, "attempt", 6) is { } attempt
            ? new Attempt((int)Long(attempt["number"]), attempt["key"].S, Time(attempt["startedAt"]), Time(attempt["leaseUntil"]), (int)Long(attempt["asks"]), Time(attempt["askAt"]))
            : null,
        Case = Map(item, "case", 2) is { } opened ? new PaymentCase(opened["code"].S, opened["told"].BOOL == true) : null,
        Reference = item.GetValueOrDefault("reference")?.S,
        DeclineCode = item.GetValueOrDefault("declineCode")?.S,
        Outbox = item.GetValueOrDefault("outbox")?.S,
        // Heads of older data folders have no mark: then the state is what was told.
        Told = item.TryGetValue("told", out var told) ? Mark(told.S) : PaymentEvents.MarkOf(StoredName.Read<PaymentState>(item["state"].S), Long(item[Version]), Time(item["at"])),
        TraceParent = item.GetValueOrDefault("traceParent")?.S,
        DueAt = DueIndex.Read(item),
        Unknown = UnknownAttributes.In(item, HeadAttributes),
    };

    /// <summary>A map is written as one value: with more in it than this code knows, it would be less when it is written again.</summary>
    private static Dictionary<string, AttributeValue>? Map(Dictionary<string, AttributeValue> item, string name, int size) => item.GetValueOrDefault(name)?.M switch
    {
        null => null,
        { Count: var count } map when count == size => map,
        _ => throw new NewerCodeException($"{name} has more parts than this code knows"),
    };

    /// <summary>One line of history: version, time, state, who, why. Codes only, so the separator cannot occur; what newer code has put behind it stays with the last.</summary>
    private static string Line(HistoryEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Version}|{entry.At.ToUnixTimeMilliseconds()}|{entry.State}|{entry.By}|{entry.Reason}");

    private static HistoryEntry Entry(string line)
    {
        var parts = line.Split('|', 5);
        return new HistoryEntry(
            long.Parse(parts[0], CultureInfo.InvariantCulture),
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[1], CultureInfo.InvariantCulture)),
            StoredName.Read<PaymentState>(parts[2]),
            parts[3],
            parts[4].Length == 0 ? null : parts[4]);
    }

    private static EventMark Mark(string text) => text.Split('|') is [var type, var version, var at]
        ? new EventMark(type, long.Parse(version, CultureInfo.InvariantCulture), DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture)))
        : throw new NewerCodeException("What was told is \"type|version|ms\"");

    private string NewOperation()
    {
        Span<byte> bytes = stackalloc byte[8];
#pragma warning disable CA5394 // tells two writers apart, protects nothing
        random.NextBytes(bytes);
#pragma warning restore CA5394
        return Convert.ToHexStringLower(bytes);
    }

    private static AttributeValue S(string text) => new() { S = text };

    private static AttributeValue N(long number) => new() { N = number.ToString(CultureInfo.InvariantCulture) };

    private static long Long(AttributeValue value) => long.Parse(value.N, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(AttributeValue value) => DateTimeOffset.FromUnixTimeMilliseconds(Long(value));
}
