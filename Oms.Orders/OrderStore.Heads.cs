using System.Collections.Frozen;
using System.Globalization;
using Amazon.DynamoDBv2.Model;
using Oms.Contracts;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Store;

namespace Oms.Orders;

/// <summary>A head as an item, and back.</summary>
internal sealed partial class OrderStore
{
    /// <summary>Every attribute that <see cref="WriteHead"/> writes. What else stands in a head is newer code's and stays in it.</summary>
    internal static readonly FrozenSet<string> HeadAttributes = FrozenSet.Create(
        StringComparer.Ordinal,
        ["pk", "sk", VersionAttribute, "t", "st", "no", "s", "r", "pa", "m", "c", "to", "co", "te", "ln", "dc", "dn", "xc", "xn", "d", "f", "m0", "mb", "mu", "ma", "mp", "mx", "ks", "kv", "ku", "ps", "pv", "pc", "pl", "op", "h", "pt", "up", "dl", "dueShard", "dueAt", "et", "ev", "ea", "outbox", "tp"]);

    internal static Dictionary<string, AttributeValue> WriteHead(Order order, int dueShards)
    {
        var item = DynamoTable.Key(order.Id, HeadKey);
        item[VersionAttribute] = Number(order.Version);
        item["t"] = Text(order.Tenant);
        item["st"] = Text(order.Store);
        Put("no", order.Number);
        item["s"] = Text(order.State.ToString());
        PutAll("r", order.Reasons);
        item["pa"] = Text(order.Payer.ToString());
        Put("m", order.Method);
        item["c"] = Text(order.Total.Currency);
        item["to"] = Number(order.Total.Minor);
        item["co"] = Number(order.ToCollect.Minor);
        if (order.Tendered)
        {
            item["te"] = new AttributeValue { BOOL = true };
        }

        if (order.Lines is { } lines)
        {
            item["ln"] = new AttributeValue { L = [.. lines.SelectMany(line => (AttributeValue[])[Text(line.Sku), new AttributeValue { N = line.Quantity.ToString(CultureInfo.InvariantCulture) }])] };
        }

        item["dc"] = Text(order.Document.Hash);
        item["dn"] = Number(order.Document.Chunks);
        if (order.ChangedDocument is { } changed)
        {
            item["xc"] = Text(changed.Hash);
            item["xn"] = Number(changed.Chunks);
        }

        PutAll("d", order.Doubts);
        PutAll("f", order.Flags);
        if (order.Shop is { } shop)
        {
            item["m0"] = Text(shop.State ?? "");
            Put("mb", shop.BeforeHold);
            PutTime("mu", shop.UpdatedAt);
            item["ma"] = Number(shop.Authorised);
            item["mp"] = Number(shop.Paid);
            if (shop.Shipped)
            {
                item["mx"] = new AttributeValue { BOOL = true };
            }
        }

        if (order.Stock is { } stock)
        {
            item["ks"] = Text(stock.Status.ToString());
            item["kv"] = Number(stock.Version);
            if (stock.Unknown)
            {
                item["ku"] = new AttributeValue { BOOL = true };
            }
        }

        if (order.Payment is { } payment)
        {
            item["ps"] = Text(payment.Status.ToString());
            item["pv"] = Number(payment.Version);
            Put("pc", payment.Code);
        }

        PutAll("pl", order.Placements);
        PutAll("op", order.Operations);
        item["h"] = Text(WriteHistory(order.History));
        item["pt"] = Time(order.PlacedAt);
        item["up"] = Time(order.UpdatedAt);
        PutTime("dl", order.Deadline);
        if (order.DueAt is { } dueAt)
        {
            DueIndex.Set(item, order.Id, dueAt, dueShards);
        }

        if (order.LastEvent is { } mark)
        {
            item["et"] = Text(mark.Type);
            item["ev"] = Number(mark.Version);
            item["ea"] = Time(mark.At);
            if (order.Emits)
            {
                item["outbox"] = Text(mark.Type);
            }
        }

        Put("tp", order.TraceParent);
        order.Unknown.AddTo(item);
        return item;

        void Put(string name, string? value)
        {
            if (value is not null)
            {
                item[name] = Text(value);
            }
        }

        void PutAll(string name, IReadOnlyList<string> codes)
        {
            if (codes.Count > 0)
            {
                item[name] = Text(string.Join(' ', codes));
            }
        }

        void PutTime(string name, DateTimeOffset? time)
        {
            if (time is { } known)
            {
                item[name] = Time(known);
            }
        }
    }

    /// <summary>An image of the stream, where it is a head that carries an event; any other is not read at all, so that what this code may not understand of it stops nobody.</summary>
    /// <exception cref="NewerCodeException">This code would tell the event as another one.</exception>
    public static Order? ReadEmitting(Dictionary<string, AttributeValue> image)
    {
        if (image["sk"].S != HeadKey || !image.TryGetValue("outbox", out var type))
        {
            return null;
        }

        var head = ReadHead(image);
        return head.LastEvent?.Version == head.Version && head.LastEvent.Type == type.S ? head : throw new NewerCodeException($"Order {head.Id} carries another event than the one that it told last");
    }

    internal static Order ReadHead(Dictionary<string, AttributeValue> item)
    {
        var currency = item["c"].S;
        return new Order
        {
            Id = item["pk"].S,
            Version = ReadNumber(item[VersionAttribute]),
            Tenant = item["t"].S,
            Store = item["st"].S,
            Number = Find("no"),
            State = StoredName.Read<OrderState>(item["s"].S),
            Reasons = FindAll("r"),
            Payer = StoredName.Read<Payer>(item["pa"].S),
            Method = Find("m"),
            Total = new Money(ReadNumber(item["to"]), currency),
            ToCollect = new Money(ReadNumber(item["co"]), currency),
            Tendered = item.ContainsKey("te"),
            Lines = item.TryGetValue("ln", out var lines)
                ? [.. (lines.L ?? []).Chunk(2).Select(pair => new StockLine(pair[0].S, decimal.Parse(pair[1].N, CultureInfo.InvariantCulture)))]
                : null,
            Document = new DocumentName(item["dc"].S, (int)ReadNumber(item["dn"])),
            ChangedDocument = item.TryGetValue("xc", out var changed) ? new DocumentName(changed.S, (int)ReadNumber(item["xn"])) : null,
            Doubts = FindAll("d"),
            Flags = FindAll("f"),
            Shop = item.TryGetValue("m0", out var state) ? new ShopFact
            {
                State = state.S is { Length: > 0 } known ? known : null,
                BeforeHold = Find("mb"),
                UpdatedAt = FindTime("mu"),
                Authorised = ReadNumber(item["ma"]),
                Paid = ReadNumber(item["mp"]),
                Shipped = item.ContainsKey("mx"),
            } : null,
            Stock = Find("ks") is { } stock ? new StockFact(StoredName.Read<StockStatus>(stock), ReadNumber(item["kv"]), item.ContainsKey("ku")) : null,
            Payment = Find("ps") is { } payment ? new PaymentFact(StoredName.Read<PaymentStatus>(payment), ReadNumber(item["pv"]), Find("pc")) : null,
            Placements = FindAll("pl"),
            Operations = FindAll("op"),
            History = ReadHistory(item["h"].S),
            PlacedAt = ReadTime(item["pt"]),
            UpdatedAt = ReadTime(item["up"]),
            Deadline = FindTime("dl"),
            DueAt = DueIndex.Read(item),
            LastEvent = Find("et") is { } type ? new EventMark(type, ReadNumber(item["ev"]), ReadTime(item["ea"])) : null,
            Emits = item.ContainsKey("outbox"),
            TraceParent = Find("tp"),
            Unknown = UnknownAttributes.In(item, HeadAttributes),
        };

        string? Find(string name) => item.TryGetValue(name, out var value) ? value.S : null;

        string[] FindAll(string name) => Find(name)?.Split(' ') ?? [];

        DateTimeOffset? FindTime(string name) => item.TryGetValue(name, out var value) ? ReadTime(value) : null;
    }

    /// <summary>About 30 bytes an entry.</summary>
    private static string WriteHistory(IEnumerable<HistoryEntry> history) => string.Join('\n', history.Select(entry =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Version} {(int)entry.State} {entry.At.ToUnixTimeMilliseconds()} {entry.Actor} {entry.Reason}")));

    private static IReadOnlyList<HistoryEntry> ReadHistory(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        var parts = line.Split(' ', 5);
        return new HistoryEntry(
            long.Parse(parts[0], CultureInfo.InvariantCulture),
            (OrderState)int.Parse(parts[1], CultureInfo.InvariantCulture),
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[2], CultureInfo.InvariantCulture)),
            parts[3],
            parts[4].Length == 0 ? null : parts[4]);
    })];
}
