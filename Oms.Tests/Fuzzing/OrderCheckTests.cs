using System.Text;
using Oms.Tests.Support;

namespace Oms.Tests.Fuzzing;

/// <summary>An order that is shown with another total or other lines than it was sent with is found.</summary>
public sealed class OrderCheckTests
{
    private const string Id = "ord_00000000000000000000000001";
    private const string Lines = """[{"sku":"MUG-STONE-350","quantity":2,"toReserve":2},{"sku":"TEA-SENCHA-100","quantity":1.0,"toReserve":1}]""";

    private static readonly byte[] Magento = Encoding.UTF8.GetBytes(Sample.Magento("000000001"));
    private static readonly byte[] Native = Encoding.UTF8.GetBytes(Sample.Read("native-order.json"));

    public static TheoryData<string, string> Orders => new()
    {
        { Sample.Magento("000000001"), Sample.Magento("000000001", static order => order["customer_note"] = "changed") },
        { Sample.Magento("000000001"), $$$"""{"event":{"data":{"value":{{{Sample.Magento("000000001")}}} } } }""" },
        { Sample.Magento("000000001"), $$$"""{"items":[{{{Sample.Magento("000000001")}}}]}""" },
        { Sample.Magento("000000001"), "\uFEFF" + Sample.Magento("000000001") },
        { Sample.Read("native-order.json"), Sample.Native(change: static order => order["customer"]!["name"] = "changed") },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void What_an_input_left_alone_must_be_shown(string order, string sent)
    {
        var input = new HttpInput("POST", "/v1/orders", [], Encoding.UTF8.GetBytes(sent)) { Order = Encoding.UTF8.GetBytes(order) };

        Assert.Null(OrderCheck.Fault(input, Accepted(), Shown("48.95", Lines)));
        Assert.Equal("accepted, and then GET shows another total", OrderCheck.Fault(input, Accepted(), Shown("48.96", Lines)));
        Assert.Equal("accepted, and then GET shows other lines", OrderCheck.Fault(input, Accepted(), Shown("48.95", Lines.Replace("TEA-SENCHA-100", "TEA", StringComparison.Ordinal))));
        Assert.Equal("accepted, and then GET shows other lines", OrderCheck.Fault(input, Accepted(), Shown("48.95", "[]")));
        Assert.Equal("accepted, and then GET shows another order", OrderCheck.Fault(input, Accepted(), Shown("48.95", Lines, Id.Replace('1', '2'))));
        Assert.Equal("accepted, and then GET answers 404", OrderCheck.Fault(input, Accepted(), new WireAnswer(404, new Dictionary<string, string>(), [])));
    }

    [Fact]
    public void What_an_input_changed_is_not_compared()
    {
        var changed = Encoding.UTF8.GetBytes(Sample.Magento("000000001", static order => order["items"]![0]!["qty_ordered"] = 3));

        Assert.False(OrderCheck.IsComparable(new HttpInput("POST", "/", [], changed) { Order = Magento }, Accepted()));
        Assert.False(OrderCheck.IsComparable(new HttpInput("POST", "/", [], Encoding.UTF8.GetBytes(Sample.Native(change: static order => order["lines"]!.AsArray().RemoveAt(0)))) { Order = Native }, Accepted()));
    }

    [Fact]
    public void What_was_placed_before_is_not_compared_with_what_came_later() =>
        Assert.False(OrderCheck.IsComparable(new HttpInput("POST", "/", [], Magento) { Order = Magento }, Accepted(("idempotency-replayed", "true"))));

    private static WireAnswer Accepted(params (string Name, string Value)[] headers) =>
        new(202, headers.Append(("location", "/v1/orders/" + Id)).ToDictionary(StringComparer.Ordinal), []);

    private static WireAnswer Shown(string total, string lines, string id = Id) =>
        new(200, new Dictionary<string, string>(), Encoding.UTF8.GetBytes($$"""{"orderId":"{{id}}","total":"{{total}}","lines":{{lines}}}"""));
}
