using System.Text;
using System.Text.Json.Nodes;
using Oms.Orders.Magento;

namespace Oms.Tests.Orders;

public sealed class MagentoReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"increment_id\":\"1\"} {}")]
    [InlineData("{\"increment_id\":\"1\",\"increment_id\":\"2\"}")]
    [InlineData("{\"increment_id\":\"\\ud800\"}")]
    [InlineData("nothing")]
    public void What_is_not_json_is_refused_as_such(string body) => Assert.IsType<MagentoReading.NotJson>(MagentoReader.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Invalid_utf8_and_bottomless_nesting_are_refused()
    {
        Assert.IsType<MagentoReading.NotJson>(MagentoReader.Read(new byte[] { (byte)'"', 0xff, (byte)'"' }));
        Assert.IsType<MagentoReading.NotJson>(MagentoReader.Read(Encoding.UTF8.GetBytes(new string('[', 40) + new string(']', 40))));
    }

    [Theory]
    [InlineData("{}", "/increment_id /order_currency_code /grand_total /items")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    [InlineData("{\"data\":{\"increment_id\":\"1\",\"grand_total\":\"ten\",\"order_currency_code\":\"Euro\",\"items\":[{\"sku\":null,\"qty_ordered\":1},{\"sku\":\"A\"}]}}", "/data/order_currency_code /data/grand_total /data/items/0/sku /data/items/1/qty_ordered")]
    [InlineData("{\"increment_id\":\"1\",\"grand_total\":1e30,\"order_currency_code\":\"EUR\",\"items\":[{\"sku\":\"A\",\"qty_ordered\":1}]}", "/grand_total")]
    [InlineData("{\"increment_id\":\"1\",\"grand_total\":1,\"order_currency_code\":\"EUR\",\"items\":[\"x\",{\"sku\":\"A\",\"qty_ordered\":1},null]}", "/items/0 /items/2")]
    [InlineData("{\"increment_id\":\"1\",\"grand_total\":1,\"order_currency_code\":\"EUR\",\"items\":{\"3\":{\"sku\":\"A\"},\"total\":1}}", "/items/3/qty_ordered")]
    public void What_an_order_cannot_do_without_is_named_by_pointer(string body, string pointers)
    {
        var unreadable = Assert.IsType<MagentoReading.Unreadable>(MagentoReader.Read(Encoding.UTF8.GetBytes(body)));

        Assert.Equal(pointers, string.Join(' ', unreadable.Errors.Select(error => error.Pointer)));
    }

    [Fact]
    public void Four_fields_are_enough()
    {
        var order = Samples.Magento("""{"increment_id":17,"grand_total":"10.0000","order_currency_code":"eur","items":[{"sku":"A","qty_ordered":"2.0000"}]}"""u8.ToArray());

        Assert.Equal(("17", "EUR", 10m, 2m), (order.Number, order.Currency, order.Totals.GrandTotal, order.Rows[0].Ordered));
    }

    [Fact]
    public void A_body_order_mark_is_no_obstacle() => Assert.IsType<MagentoReading.Order>(MagentoReader.Read((byte[])[0xef, 0xbb, 0xbf, .. Samples.Read("magento-order")]));

    /// <summary>Every value of an order, one after another, becomes something that it should not be. Nothing throws.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    [InlineData("\"x\"")]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("true")]
    public void No_odd_value_anywhere_makes_reading_throw(string odd)
    {
        foreach (var name in (string[])["magento-order", "magento/configurable", "magento/discount-with-tax", "magento/grouped"])
        {
            var body = Samples.Read(name);
            var places = Places(JsonNode.Parse(body)!).ToList();
            foreach (var place in places)
            {
                var changed = JsonNode.Parse(body)!;
                Replace(changed, place, JsonNode.Parse(odd));
                var raw = Encoding.UTF8.GetBytes(changed.ToJsonString());
                if (MagentoReader.Read(raw) is MagentoReading.Order { Facts: var facts })
                {
                    _ = Samples.Placed(facts).Held();
                    _ = CardNumbers.Redact(raw, out _);
                }
            }
        }
    }

    private static IEnumerable<IReadOnlyList<object>> Places(JsonNode node)
    {
        var children = node switch
        {
            JsonObject members => members.Select(member => ((object)member.Key, member.Value)),
            JsonArray list => list.Take(2).Select((value, index) => ((object)index, value)),
            _ => [],
        };
        foreach (var (key, child) in children.ToList())
        {
            yield return [key];
            if (child is not null)
            {
                foreach (var place in Places(child))
                {
                    yield return [key, .. place];
                }
            }
        }
    }

    private static void Replace(JsonNode root, IReadOnlyList<object> place, JsonNode? value)
    {
        var parent = place.SkipLast(1).Aggregate(root, (node, key) => key is string name ? node[name]! : node[(int)key]!);
        if (place[^1] is string last)
        {
            parent[last] = value;
        }
        else
        {
            parent[(int)place[^1]] = value;
        }
    }
}
