using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Oms.ServiceDefaults.Store;

namespace Oms.Inventory;

internal sealed partial class InventoryStore
{
    /// <summary>A stock row as an item: onHand, reserved, available (every write changes what must change with it), v, ops.</summary>
    private static class StockRowItem
    {
        /// <summary>The source that reservations take from.</summary>
        public const string DefaultSource = "default";

        private const int KeptOperations = 8;

        /// <summary>A tenant may be any text, a SKU too: the tenant is escaped, so that no two pairs share a key.</summary>
        public static string Key(string tenant, string sku) => $"stock/{Uri.EscapeDataString(tenant)}/{sku}";

        public static decimal Available(Dictionary<string, AttributeValue> item) => Decimal(item, "available");

        public static StockRow Read(Dictionary<string, AttributeValue> item) => new(
            item["sk"].S,
            Decimal(item, "onHand"),
            Decimal(item, "reserved"),
            Decimal(item, "available"),
            [.. item["ops"].L.Select(static operation => operation.S)]);

        /// <summary>Moves units between available and reserved; a negative quantity gives back.</summary>
        public static TransactWriteItem Take(string table, string tenant, string sku, decimal quantity) => new()
        {
            Update = new Update
            {
                TableName = table,
                Key = DynamoTable.Key(Key(tenant, sku), DefaultSource),
                UpdateExpression = quantity > 0
                    ? "SET available = available - :q, reserved = reserved + :q, v = v + :one"
                    : "SET available = available + :q, reserved = reserved - :q, v = v + :one",
                ConditionExpression = quantity > 0 ? "available >= :q" : "reserved >= :q",
                ExpressionAttributeValues = new(StringComparer.Ordinal) { [":q"] = Number(Math.Abs(quantity)), [":one"] = Number(1) },
                ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
            },
        };

        /// <summary>Creates the row where there is none. Depends on the list of operations, which only sets change, not on the version, which every reservation raises.</summary>
        public static UpdateItemRequest SetOnHand(string tenant, string sku, string source, decimal onHand, string operation, IReadOnlyList<string>? seen) => new()
        {
            Key = DynamoTable.Key(Key(tenant, sku), source),
            UpdateExpression = "SET onHand = :n, available = :n - if_not_exists(reserved, :zero), reserved = if_not_exists(reserved, :zero), v = if_not_exists(v, :zero) + :one, ops = :ops",
            ConditionExpression = seen is null ? "attribute_not_exists(pk)" : "reserved <= :n AND ops = :seen",
            ExpressionAttributeValues = Values(onHand, operation, seen),
            ReturnValues = ReturnValue.ALL_NEW,
        };

        private static Dictionary<string, AttributeValue> Values(decimal onHand, string operation, IReadOnlyList<string>? seen)
        {
            var values = new Dictionary<string, AttributeValue>(StringComparer.Ordinal)
            {
                [":n"] = Number(onHand),
                [":zero"] = Number(0),
                [":one"] = Number(1),
                [":ops"] = Texts([.. (seen ?? []).TakeLast(KeptOperations - 1), operation]),
            };
            if (seen is not null)
            {
                values[":seen"] = Texts(seen);
            }

            return values;
        }

        private static AttributeValue Texts(IEnumerable<string> texts) => new() { L = [.. texts.Select(static text => new AttributeValue { S = text })] };

        private static AttributeValue Number(decimal value) => new() { N = Quantity.Text(value) };

        private static decimal Decimal(Dictionary<string, AttributeValue> item, string name) => Quantity.Normalise(decimal.Parse(item[name].N, NumberStyles.Float, CultureInfo.InvariantCulture));
    }
}
