using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.DynamoDBv2.Model;
using Oms.Contracts;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Store;

namespace Oms.Inventory;

internal sealed partial class InventoryStore
{
    /// <summary>
    /// A reservation as an item: the head stays under 1 KB for the usual order, one write unit.
    /// <code>
    /// v version   t tenant   st store   s state   a aim   o order version   x expiry (ms)   f parts taken   q questions unanswered
    /// l lines ("2 SKU"), or p the name of the parts that hold them, where there are more than ten
    /// sh shortages ("3 1.5 SKU", "3 - SKU")   h history ("version state ms by")   tp trace context
    /// outbox event type, only where this version is an event   dueShard, dueAt the index
    /// </code>
    /// </summary>
    internal static class ReservationItem
    {
        public const string Head = "head";
        public const string Version = "v";

        /// <summary>Every attribute that <see cref="Write"/> writes. What else stands in a head is newer code's and stays in it.</summary>
        public static readonly FrozenSet<string> Attributes = FrozenSet.Create(
            StringComparer.Ordinal,
            ["pk", "sk", Version, "t", "st", "o", "f", "s", "a", "tp", "outbox", "p", "l", "sh", "h", "x", "q", "dueShard", "dueAt"]);

        private const int MostLinesInHead = 10;

        public static Dictionary<string, AttributeValue> Write(Reservation reservation, int dueShards)
        {
            var item = DynamoTable.Key(reservation.OrderId, Head);
            item[Version] = Number(reservation.Version);
            item["t"] = Text(reservation.Tenant);
            item["st"] = Text(reservation.Store);
            item["o"] = Number(reservation.OrderVersion);
            item["f"] = Number(reservation.Taken);
            SetIf(item, "s", reservation.Status?.ToString());
            SetIf(item, "a", reservation.Aim is { } aim ? $"{aim.Status} {aim.By}" : null);
            SetIf(item, "tp", reservation.TraceParent);
            SetIf(item, "outbox", reservation.Emits ? Reservation.TypeOf(reservation.History[^1].Status) : null);
            SetIf(item, "p", reservation.Lines.Count > MostLinesInHead ? NameOf(reservation.Lines) : null);
            SetIf(item, "l", reservation.Lines.Count <= MostLinesInHead ? reservation.Lines.Select(WriteLine) : []);
            SetIf(item, "sh", reservation.Shortages.Select(static shortage => $"{Invariant(shortage.Wanted)} {(shortage.Available is { } some ? Invariant(some) : "-")} {shortage.Sku}"));
            SetIf(item, "h", reservation.History.Select(static said => $"{Invariant(said.Version)} {said.Status} {Invariant(said.At.ToUnixTimeMilliseconds())} {said.By}"));
            if (reservation.ExpiresAt is { } expiry)
            {
                item["x"] = Number(expiry.ToUnixTimeMilliseconds());
            }

            if (reservation.Asked > 0)
            {
                item["q"] = Number(reservation.Asked);
            }

            if (reservation.DueAt is { } due)
            {
                DueIndex.Set(item, reservation.OrderId, due, dueShards);
            }

            reservation.Unknown.AddTo(item);
            return item;
        }

        /// <param name="head">The head.</param>
        /// <param name="parts">The parts it names, in key order; nobody needs them to tell what the head says.</param>
        public static Reservation Read(Dictionary<string, AttributeValue> head, IReadOnlyList<Dictionary<string, AttributeValue>> parts) => new()
        {
            OrderId = head["pk"].S,
            Tenant = head["t"].S,
            Store = head["st"].S,
            Version = Long(head, Version),
            OrderVersion = Long(head, "o"),
            Taken = (int)Long(head, "f"),
            Status = head.TryGetValue("s", out var status) ? StoredName.Read<StockStatus>(status.S) : null,
            Aim = head.TryGetValue("a", out var aim) ? ReadAim(aim.S) : null,
            TraceParent = head.GetValueOrDefault("tp")?.S,
            Emits = head.ContainsKey("outbox"),
            Lines = [.. parts.Prepend(head).SelectMany(static item => List(item, "l")).Select(ReadLine)],
            Shortages = [.. List(head, "sh").Select(ReadShortage)],
            History = [.. List(head, "h").Select(ReadSaid)],
            ExpiresAt = head.ContainsKey("x") ? DateTimeOffset.FromUnixTimeMilliseconds(Long(head, "x")) : null,
            Asked = head.ContainsKey("q") ? (int)Long(head, "q") : 0,
            DueAt = DueIndex.Read(head),
            Unknown = UnknownAttributes.In(head, Attributes),
        };

        /// <summary>The event that a head's image carries.</summary>
        /// <exception cref="NewerCodeException">This code would tell it as another one.</exception>
        public static StockEvent? EventOf(Dictionary<string, AttributeValue> head) => !head.TryGetValue("outbox", out var type) ? null
            : Read(head, []) is { LastEvent: { } said } reservation && said.Version == reservation.Version && said.Type == type.S ? said
            : throw new NewerCodeException($"The reservation of {head["pk"].S} carries another event than what it said last");

        /// <summary>Where the lines stand that have no room in the head; named by what they say, so that no other write can change them.</summary>
        public static string? PartPrefix(Dictionary<string, AttributeValue> head) => head.TryGetValue("p", out var name) ? $"part/{name.S}/" : null;

        public static IEnumerable<Dictionary<string, AttributeValue>> Parts(Reservation reservation)
        {
            for (var number = 0; reservation.Lines.Count > MostLinesInHead && number < reservation.Parts; number++)
            {
                var item = DynamoTable.Key(reservation.OrderId, $"part/{NameOf(reservation.Lines)}/{number.ToString("D3", CultureInfo.InvariantCulture)}");
                SetIf(item, "l", reservation.Part(number).Select(WriteLine));
                yield return item;
            }
        }

        private static string NameOf(IEnumerable<StockLine> lines) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines.Select(WriteLine)))).AsSpan(0, 8));

        private static string WriteLine(StockLine line) => $"{Invariant(line.Quantity)} {line.Sku}";

        private static StockLine ReadLine(string text) => text.Split(' ', 2) is [var quantity, var sku]
            ? new StockLine(sku, decimal.Parse(quantity, CultureInfo.InvariantCulture))
            : throw new FormatException("A line is \"quantity SKU\"");

        private static Shortage ReadShortage(string text) => text.Split(' ', 3) is [var wanted, var available, var sku]
            ? new Shortage(sku, decimal.Parse(wanted, CultureInfo.InvariantCulture), available == "-" ? null : decimal.Parse(available, CultureInfo.InvariantCulture))
            : throw new FormatException("A shortage is \"wanted available SKU\"");

        private static Said ReadSaid(string text) => text.Split(' ', 4) is [var version, var status, var at, var by]
            ? new Said(long.Parse(version, CultureInfo.InvariantCulture), StoredName.Read<StockStatus>(status), DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture)), by)
            : throw new FormatException("An entry of the history is \"version state ms by\"");

        private static Aim ReadAim(string text) => text.Split(' ', 2) is [var status, var by]
            ? new Aim(StoredName.Read<StockStatus>(status), by)
            : throw new FormatException("An aim is \"state by\"");

        private static IEnumerable<string> List(Dictionary<string, AttributeValue> item, string name) => item.TryGetValue(name, out var list) ? list.L.Select(static value => value.S) : [];

        private static long Long(Dictionary<string, AttributeValue> item, string name) => long.Parse(item[name].N, CultureInfo.InvariantCulture);

        private static string Invariant(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

        private static AttributeValue Text(string text) => new() { S = text };

        private static AttributeValue Number(long value) => new() { N = Invariant(value) };

        private static void SetIf(Dictionary<string, AttributeValue> item, string name, string? text)
        {
            if (text is not null)
            {
                item[name] = Text(text);
            }
        }

        private static void SetIf(Dictionary<string, AttributeValue> item, string name, IEnumerable<string> texts)
        {
            if (texts.Select(Text).ToList() is { Count: > 0 } list)
            {
                item[name] = new AttributeValue { L = list };
            }
        }
    }
}
